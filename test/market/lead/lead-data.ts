import { random } from '../../../src/core/util/random.ts';
import { formatSpan, formatTime, MINUTE, type Millis } from '../../../src/core/util/time.ts';

export const START: Millis = Date.parse('2026-03-02T00:00:00.000Z');
export const TEN_MINUTES: Millis = 10 * MINUTE;

/** From the end of a window to the time when its row is known. */
const KNOWN_AFTER_MS: Millis = 30_000;

/** Independent normal values. */
export function noise(seed: number, name: string, count: number): Float64Array {
  const { normal } = random(seed, name);
  return Float64Array.from({ length: count }, normal);
}

/** Values of which each repeats `r` times the one of `x` that is `lag` earlier. */
export function planted(x: Float64Array, lag: number, r: number, other: Float64Array): Float64Array {
  return other.map((value, t) => (t < lag ? value : r * x[t - lag]! + Math.sqrt(1 - r * r) * value));
}

/** Sums, or means, of `count` neighbours. */
export function grouped(values: Float64Array, count: number, how: 'sum' | 'mean'): Float64Array {
  return Float64Array.from({ length: Math.floor(values.length / count) }, (_, group) => {
    const sum = values.subarray(group * count, (group + 1) * count).reduce((a, b) => a + b, 0);
    return how === 'sum' ? sum : sum / count;
  });
}

export interface SignalSeries {
  readonly coin: string;
  readonly length?: Millis;
  readonly attention: ArrayLike<number>;
  readonly returns: ArrayLike<number>;
  readonly sentiment?: ArrayLike<number>;
}

const orNull = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;

/** Rows of topic `signals`; NaN is null. */
export const signalRows = ({ coin, length = TEN_MINUTES, attention, returns, sentiment }: SignalSeries) =>
  Array.from({ length: attention.length }, (_, t) => {
    const start = START + t * length;
    return {
      coin,
      window: formatSpan(length),
      window_start: formatTime(start),
      window_end: formatTime(start + length),
      slide: null,
      available_at: formatTime(start + length + KNOWN_AFTER_MS),
      posts: 3,
      attention_z: orNull(attention[t]),
      sentiment_mean: orNull(sentiment?.[t]),
      price_quote: 'usdt',
      price_source: 'file',
      log_return: orNull(returns[t]),
      revision: 0,
      final: true,
    };
  });

export type SignalRow = ReturnType<typeof signalRows>[number];

export const signalRecord = (row: SignalRow, changes: Partial<SignalRow> | { slide: string } = {}) => ({
  topic: 'signals',
  partitionKey: row.coin,
  key: `${row.coin}|${row.window}|${row.window_start}`,
  value: JSON.stringify({ ...row, ...changes }),
  headers: {},
});
