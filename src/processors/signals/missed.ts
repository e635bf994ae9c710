import { formatSpan } from '../../core/util/time.ts';
import type { Windows } from '../../core/util/window-length.ts';
import type { MissedWindows } from '../processor.ts';
import type { Fact } from './facts.ts';
import type { SignalSettings } from './signal-options.ts';
import type { WindowGrid } from './window-grid.ts';

/** The windows that a record came too late for, and the flags of their replay. */
export function missedSignals(
  kinds: readonly Windows[],
  { start }: Fact,
  { longest }: WindowGrid,
  { window, slide, zone, priceQuote, prefer }: SignalSettings,
): MissedWindows {
  const starts = kinds.map((kind) => kind.startOf(start));
  const ends = kinds.map((kind, at) => kind.endOf(starts[at]!));
  /** Sliding windows end with this step or with one after it. */
  const reach = slide === undefined ? 0 : longest - slide;
  const lists = [
    ['--price-quote', priceQuote],
    ['--prefer', prefer],
  ] as const;
  return {
    from: Math.min(...starts) - reach,
    to: Math.max(...ends) + reach,
    windows:
      slide === undefined
        ? kinds.map(({ name }) => name)
        : window.map((length) => formatSpan(Number(length))),
    flags: [
      ...(slide === undefined ? [] : [`--slide ${formatSpan(slide)}`]),
      ...(zone === undefined ? [] : [`--zone ${zone}`]),
      ...lists.flatMap(([flag, names]) => (names.length === 0 ? [] : [`${flag} ${names.join(',')}`])),
    ],
  };
}
