import { joinKey } from '../../core/text/key.ts';
import type { Log } from '../../log/log.ts';
import type { Candle } from '../../market/prices/candle.ts';
import { newestValues } from '../picture/newest-values.ts';

/** The fields of a `candles` record that the summary shows. */
export type CandleSummary = Pick<
  Candle,
  'coin' | 'quote' | 'source' | 'window' | 'window_start' | 'open' | 'high' | 'low' | 'close' | 'samples'
>;

/** The series most readers look for. */
const PREFERRED = 'btc|usdt|10m|';
const PREFERRED_WINDOW = '|10m|';

function groupBy<T>(items: Iterable<T>, nameOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = nameOf(item);
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [item]);
    else known.push(item);
  }
  return groups;
}

const byStart = (candles: readonly CandleSummary[]): CandleSummary[] =>
  [...candles].sort((a, b) => (a.window_start < b.window_start ? -1 : 1));

/**
 * One series, oldest candle first: bitcoin in USDT at ten minutes, otherwise the longest, preferring ten-minute series.
 */
export function chooseSeries(candles: readonly CandleSummary[]): CandleSummary[] {
  const series = groupBy(candles, ({ coin, quote, window, source }) => joinKey(coin, quote, window, source));
  const rank = (name: string): number =>
    name.startsWith(PREFERRED) ? 2 : name.includes(PREFERRED_WINDOW) ? 1 : 0;
  const [best] = [...series].sort(
    ([a, x], [b, y]) => rank(b) - rank(a) || y.length - x.length || (a < b ? -1 : 1),
  );
  return byStart(best?.[1] ?? []);
}

export const readSeries = async (log: Log): Promise<CandleSummary[]> =>
  chooseSeries((await newestValues(log, 'candles')) as unknown as CandleSummary[]);

/** Records read from the end of each partition: enough for tables and a chart, whatever the topic holds. */
const NEWEST_RECORDS = 50_000;

/** The newest candles that an import shows. */
export interface NewestCandles {
  /** One series for each window and source, the longest series first; each oldest first. */
  readonly byWindow: readonly (readonly CandleSummary[])[];
  /** Names of the pairs that are not shown: `eth/usdt`. */
  readonly others: readonly string[];
}

/** The candles of one pair by window: of `base/quote` if there are some, otherwise of the pair with most candles. */
export function choosePair(candles: readonly CandleSummary[], base = '', quote = ''): NewestCandles {
  const pairs = groupBy(candles, ({ coin, quote }) => `${coin}/${quote}`);
  const asked = `${base}/${quote}`.toLowerCase();
  const [name = ''] = [...pairs].sort(
    ([a, x], [b, y]) => Number(b === asked) - Number(a === asked) || y.length - x.length || (a < b ? -1 : 1),
  )[0] ?? [''];
  const byWindow = [
    ...groupBy(pairs.get(name) ?? [], ({ window, source }) => joinKey(window, source)).values(),
  ]
    .sort((a, b) => b.length - a.length)
    .map(byStart);
  return { byWindow, others: [...pairs.keys()].filter((pair) => pair !== name).sort() };
}

export const newestCandles = async (log: Log, base?: string, quote?: string): Promise<NewestCandles> =>
  choosePair((await newestValues(log, 'candles', NEWEST_RECORDS)) as unknown as CandleSummary[], base, quote);
