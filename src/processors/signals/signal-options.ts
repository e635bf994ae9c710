import type { Settings } from '../../core/option.ts';
import { optionalSpan } from '../../core/span-options.ts';
import { DAY, formatSpan, MINUTE, type Millis, SECOND } from '../../core/util/time.ts';
import { formatWindow, type WindowLength } from '../../core/util/window-length.ts';
import { candleOptions } from '../candles/options.ts';
import { preferOption, priceQuoteOption } from '../price-preference.ts';
import { idleOption, latenessOption, sourceLagOption } from '../time-options.ts';

export const signalOptions = {
  window: candleOptions.window,
  zone: candleOptions.zone,
  slide: optionalSpan(
    '--slide',
    'Compute signals over sliding windows: the last --window at each such step. Default: windows that do not overlap.',
    { min: SECOND, max: DAY },
  ),
  lateness: latenessOption,
  idle: idleOption,
  sourceLag: sourceLagOption,
  retain: candleOptions.retain,
  late: candleOptions.late,
  priceQuote: priceQuoteOption,
  prefer: preferOption,
};

export type SignalSettings = Settings<typeof signalOptions>;

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** Clocks of zones differ by quarters of an hour. */
const QUARTER: Millis = 15 * MINUTE;

/** The longest span that all windows are made of. */
export function unitOf({ window, slide, zone }: Pick<SignalSettings, 'window' | 'slide' | 'zone'>): Millis {
  const lengths = window.map((length) => (typeof length === 'number' ? length : DAY));
  const unit = [...lengths, ...(slide === undefined ? [] : [slide])].reduce(gcd);
  return zone === undefined ? unit : gcd(unit, QUARTER);
}

const isSlidBy = (length: WindowLength, slide: Millis): boolean =>
  typeof length === 'number' && length % slide === 0 && length > slide;

/** What is wrong with these settings together. */
export const signalConflicts = ({ window, slide }: SignalSettings): readonly string[] =>
  window
    .filter((length) => slide !== undefined && !isSlidBy(length, slide))
    .map(
      (length) =>
        `--slide ${formatSpan(slide!)} does not divide --window ${formatWindow(length)} into several steps; use a shorter --slide that divides it`,
    );
