import { DAY, formatSpan, type Millis } from '../../../core/util/time.ts';
import { nextMonth } from '../../shared/poll/periods.ts';

/** A file of klines at Binance: those of a UTC month or day. */
export interface DumpFile {
  readonly name: string;
  /** Below the dumps' address. */
  readonly path: string;
  readonly from: Millis;
  /** Exclusive. */
  readonly to: Millis;
}

function dumpFile(kind: 'monthly' | 'daily', symbol: string, interval: Millis, from: Millis): DumpFile {
  const length = formatSpan(interval);
  const date = new Date(from).toISOString().slice(0, kind === 'monthly' ? 7 : 10);
  const name = `${symbol}-${length}-${date}.zip`;
  return {
    name,
    path: `/data/spot/${kind}/klines/${symbol}/${length}/${name}`,
    from,
    to: kind === 'monthly' ? nextMonth(from) : from + DAY,
  };
}

/** A month's file, and its days' files for a month whose own file is not there yet. */
export interface DumpMonth {
  readonly month: DumpFile;
  readonly days: readonly DumpFile[];
}

/** The files that may hold bars of [from, to), oldest first; only whole days that are over at `now`. */
export function* dumpMonths(
  symbol: string,
  interval: Millis,
  [from, to]: readonly [Millis, Millis],
  now: Millis,
): Generator<DumpMonth> {
  const end = Math.min(to, Math.floor(now / DAY) * DAY);
  const first = new Date(from);
  let start = Date.UTC(first.getUTCFullYear(), first.getUTCMonth());
  for (; start < end; start = nextMonth(start)) {
    const month = dumpFile('monthly', symbol, interval, start);
    const days: DumpFile[] = [];
    for (let day = Math.max(start, Math.floor(from / DAY) * DAY); day < Math.min(month.to, end); day += DAY)
      days.push(dumpFile('daily', symbol, interval, day));
    yield { month, days };
  }
}
