import { InvalidRecord } from '../../core/stream/record.ts';
import { type Json, parseObject } from '../../core/util/json.ts';
import { formatTime, type Millis, readTime } from '../../core/util/time.ts';
import { longestOf, parseWindow } from '../../core/util/window-length.ts';

/** What may lead, and the column of topic `signals` that holds it. */
export const LEAD_COLUMNS = { attention: 'attention_z', sentiment: 'sentiment_mean' } as const;
export type LeadSeries = keyof typeof LEAD_COLUMNS;

/** A window of topic `signals`, as far as the test of leads reads it; NaN where a value is missing. */
export interface SignalWindow {
  readonly coin: string;
  readonly window: string;
  readonly start: Millis;
  readonly end: Millis;
  /** Whether the windows of its length begin more often than they end. */
  readonly isSliding: boolean;
  readonly isFinal: boolean;
  readonly values: Readonly<Record<LeadSeries, number>>;
  readonly logReturn: number;
}

const numberOrMissing = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN;

function timeIn(value: unknown, column: string): Millis {
  const time = typeof value === 'string' ? readTime(value) : Number.NaN;
  if (Number.isNaN(time)) throw new InvalidRecord(`${column} is not a time`);
  return time;
}

function requireLength(window: string): void {
  try {
    if (longestOf(parseWindow(window)) === 0) throw new RangeError(`'${window}' has no length`);
  } catch (error) {
    throw new InvalidRecord((error as RangeError).message);
  }
}

/** Throws InvalidRecord. */
export const readSignalWindow = (text: string): SignalWindow => signalWindowOf(parseObject(text));

/** A value of topic `signals`. Throws InvalidRecord. */
export function signalWindowOf(row: Json): SignalWindow {
  const { coin, window } = row;
  if (typeof coin !== 'string' || typeof window !== 'string')
    throw new InvalidRecord('coin or window is not a text');
  requireLength(window);
  const start = timeIn(row.window_start, 'window_start');
  const end = timeIn(row.window_end, 'window_end');
  if (!(end > start)) throw new InvalidRecord(`the window from ${formatTime(start)} has no length`);
  return {
    coin,
    window,
    start,
    end,
    isSliding: typeof row.slide === 'string',
    isFinal: row.final !== false,
    values: {
      attention: numberOrMissing(row[LEAD_COLUMNS.attention]),
      sentiment: numberOrMissing(row[LEAD_COLUMNS.sentiment]),
    },
    logReturn: numberOrMissing(row.log_return),
  };
}
