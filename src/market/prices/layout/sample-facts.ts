import { InvalidRecord } from '../../../core/stream/record.ts';
import { formatTime, HOUR, type Millis } from '../../../core/util/time.ts';
import type { Row } from '../table.ts';
import type { Pair } from './columns/pair.ts';
import { type PriceRow, type RowOrder, rowTime } from './layout.ts';
import { orderOf } from './row-order.ts';

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

/** Reasons that a message lists. */
const MOST_REASONS = 3;

/** Trades that several connections delivered swap places within this span, which is less than a stream's lateness. */
const JITTER: Millis = 10_000;

/** The rows of one pair and source. */
class Series {
  readonly times: Millis[] = [];
  readonly pair: Pair;
  readonly #values = new Map<Millis, string>();

  constructor({ base, quote }: PriceRow) {
    this.pair = { base, quote };
  }

  /** Takes a row. Whether its time came before with other values; trades of one time are no repeats. */
  add(row: PriceRow): boolean {
    const time = rowTime(row);
    this.times.push(time);
    if (row.kind !== 'bar') return false;
    const { open, high, low, close, volume, quoteVolume, trades } = row;
    const values = [open, high, low, close, volume, quoteVolume, trades].join();
    const before = this.#values.get(time);
    this.#values.set(time, values);
    return before !== undefined && before !== values;
  }
}

/** Reads all rows of a sample. `hasZone`: the user named the zone of its times. */
export function readSample(
  rows: readonly Row[],
  read: (row: Row) => PriceRow | undefined,
  hasZone: boolean,
): SampleFacts {
  const series = new Map<string, Series>();
  const reasons: string[] = [];
  const repeats: Millis[] = [];
  let rejected = 0;
  let jitter = 0;
  for (const cells of rows) {
    try {
      const row = read(cells);
      if (row === undefined) continue;
      const key = `${row.base}/${row.quote} ${row.source ?? ''}`;
      const one = series.get(key) ?? new Series(row);
      series.set(key, one);
      if (one.add(row)) repeats.push(rowTime(row));
      if (row.kind === 'tick') jitter = JITTER;
    } catch (error) {
      if (!(error instanceof InvalidRecord)) throw error;
      rejected++;
      if (reasons.length < MOST_REASONS) reasons.push(error.message);
    }
  }
  const all = [...series.values()];
  const times = all.flatMap((one) => one.times);
  return {
    pairs: [...new Map(all.map(({ pair }) => [`${pair.base}/${pair.quote}`, pair])).values()],
    order: orderOf(
      all.map((one) => one.times),
      jitter,
    ),
    first: times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b)),
    last: times.length === 0 ? undefined : times.reduce((a, b) => Math.max(a, b)),
    taken: times.length,
    rejected,
    reasons,
    warnings: [...repeatWarning(repeats), ...(hasZone ? [] : autumnWarning(all))],
  };
}

function repeatWarning(repeats: readonly Millis[]): string[] {
  const [first] = repeats;
  if (first === undefined) return [];
  const many = repeats.length === 1 ? 'a row repeats' : `${repeats.length} rows repeat`;
  return [`${many} a time with other values (${formatTime(first)}); the last row of a time counts`];
}

/** Europe's and America's clocks go back in the night to a Sunday, between 25 October and 7 November. */
function isAutumnNight(time: Millis): boolean {
  const date = new Date(time);
  const [month, day] = [date.getUTCMonth(), date.getUTCDate()];
  return (
    date.getUTCDay() === 0 && date.getUTCHours() < 4 && (month === 9 ? day >= 25 : month === 10 && day <= 7)
  );
}

/** A warning if times repeat an hour of such a night: they are a zone's, and were taken as UTC. */
function autumnWarning(all: readonly Series[]): string[] {
  for (const { times } of all)
    for (let at = 1; at < times.length; at++) {
      const back = times[at - 1]! - times[at]!;
      if (back >= 0 && back <= HOUR && isAutumnNight(times[at]!) && times[at - 2] !== times[at])
        return [
          `times repeat an hour at ${formatTime(times[at]!)}, as clocks do in autumn: if they are of a zone, add it, as --zone Europe/Berlin`,
        ];
    }
  return [];
}
