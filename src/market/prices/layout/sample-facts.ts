import { InvalidRecord } from '../../../core/stream/record.ts';
import { formatTime, type Millis } from '../../../core/util/time.ts';
import type { Row } from '../table.ts';
import type { Pair } from './columns/pair.ts';
import type { PriceRow, RowOrder } from './layout.ts';

/** What the rows of a sample show when they are read. */
export interface SampleFacts {
  readonly pairs: readonly Pair[];
  readonly order: RowOrder;
  readonly first: Millis | undefined;
  readonly last: Millis | undefined;
  /** Rows that were read, and that were rejected. */
  readonly taken: number;
  readonly rejected: number;
  /** The reasons of the first rejected rows. */
  readonly reasons: readonly string[];
  readonly warnings: readonly string[];
}

const timeOf = (row: PriceRow): Millis => (row.kind === 'bar' ? row.start : row.time);
const pairKeyOf = ({ base, quote, source }: PriceRow): string => `${base}/${quote} ${source ?? ''}`;

/** Trades that several connections delivered swap places within this span; streams bear it. */
const JITTER: Millis = 10_000;

/** The order of the times of one series: 1 forwards, -1 backwards, 0 both or neither, NaN for no step. */
function directionOf(times: readonly Millis[], jitter: Millis): number {
  let [forwards, backwards] = [false, false];
  for (let at = 1; at < times.length; at++) {
    const step = times[at]! - times[at - 1]!;
    if (step > jitter) forwards = true;
    if (step < -jitter) backwards = true;
  }
  if (forwards !== backwards) return forwards ? 1 : -1;
  return forwards || jitter === 0 ? (forwards ? 0 : Number.NaN) : directionOf(times, 0);
}

function orderOf(series: Iterable<readonly Millis[]>, jitter: Millis): RowOrder {
  const directions = new Set(
    [...series].map((times) => directionOf(times, jitter)).filter((one) => !Number.isNaN(one)),
  );
  if (directions.size === 0) return 'oldest first';
  if (directions.size > 1 || directions.has(0)) return 'unordered';
  return directions.has(1) ? 'oldest first' : 'newest first';
}

const valuesOf = (row: PriceRow): string =>
  row.kind === 'bar'
    ? [row.open, row.high, row.low, row.close, row.volume, row.quoteVolume, row.trades].join()
    : '';

/** Reads all rows of a sample. */
export function readSample(rows: readonly Row[], read: (row: Row) => PriceRow | undefined): SampleFacts {
  const series = new Map<string, { readonly times: Millis[]; readonly pair: Pair }>();
  const seen = new Map<string, string>();
  const reasons: string[] = [];
  let [taken, rejected, repeated] = [0, 0, 0];
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let firstRepeat = Number.NaN;
  let isBars = false;
  for (const cells of rows) {
    let row: PriceRow | undefined;
    try {
      row = read(cells);
    } catch (error) {
      if (!(error instanceof InvalidRecord)) throw error;
      rejected++;
      if (reasons.length < 3) reasons.push(error.message);
      continue;
    }
    if (row === undefined) continue;
    taken++;
    const key = pairKeyOf(row);
    const time = timeOf(row);
    let one = series.get(key);
    if (one === undefined) {
      one = { times: [], pair: { base: row.base, quote: row.quote } };
      series.set(key, one);
    }
    one.times.push(time);
    first = Math.min(first, time);
    last = Math.max(last, time);
    if (row.kind !== 'bar') continue;
    isBars = true;
    const values = valuesOf(row);
    const before = seen.get(`${key} ${time}`);
    if (before !== undefined && before !== values) {
      if (repeated++ === 0) firstRepeat = time;
    }
    seen.set(`${key} ${time}`, values);
  }
  const warnings: string[] = [];
  if (repeated > 0)
    warnings.push(
      `${repeated === 1 ? 'a row repeats' : `${repeated} rows repeat`} a time with other values (${formatTime(firstRepeat)}); the last row of a time counts${repeatHint(firstRepeat)}`,
    );
  const pairs = new Map([...series.values()].map(({ pair }) => [`${pair.base}/${pair.quote}`, pair]));
  return {
    pairs: [...pairs.values()],
    order: orderOf(
      [...series.values()].map(({ times }) => times),
      isBars ? 0 : JITTER,
    ),
    first: taken === 0 ? undefined : first,
    last: taken === 0 ? undefined : last,
    taken,
    rejected,
    reasons,
    warnings,
  };
}

/** Clocks of Europe and America go back on Sundays of October and November, and repeat an hour. */
function repeatHint(time: Millis): string {
  const date = new Date(time);
  const isSunday = date.getUTCDay() === 0;
  const isAutumn =
    date.getUTCMonth() === 9 ? date.getUTCDate() >= 25 : date.getUTCMonth() === 10 && date.getUTCDate() <= 7;
  return isSunday && isAutumn && date.getUTCHours() < 4
    ? '; if clocks went back there, name their zone: --zone Europe/Berlin'
    : '';
}
