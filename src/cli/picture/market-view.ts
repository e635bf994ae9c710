import { joinKey } from '../../core/text/key.ts';
import { stripControlCharacters } from '../../core/text/printable-text.ts';
import { type Json, numberOf } from '../../core/util/json.ts';
import { type Millis, readTime } from '../../core/util/time.ts';
import type { Log } from '../../log/log.ts';
import { newestValues } from './newest-values.ts';

/** Records read from the end of each partition: a day of 40 coins in windows of a minute. */
const NEWEST_RECORDS = 200_000;
/** The series to show if a bus has several. */
const PREFERRED = { coin: 'btc', quote: 'usdt', window: '10m' } as const;

/** A window of a series; NaN where a value is missing. */
interface WindowValues {
  readonly start: Millis;
  readonly end: Millis;
  readonly values: readonly number[];
}

/** The windows of one series, oldest first, of one length. */
export interface SeriesOf {
  readonly window: string;
  readonly windows: readonly WindowValues[];
}

/** The view of one coin within [from, to): its prices and the posts about it. */
export interface MarketView {
  readonly coin: string;
  readonly from: Millis;
  readonly to: Millis;
  /** Values: the close. Undefined without candles. */
  readonly price: (SeriesOf & { readonly quote: string; readonly source: string }) | undefined;
  /** Values: posts, and their mean sentiment. Undefined without signals. */
  readonly signals: SeriesOf | undefined;
}

interface Row extends WindowValues {
  readonly coin: string;
  readonly window: string;
  readonly quote: string;
  readonly source: string;
  readonly isSliding: boolean;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? stripControlCharacters(value) : '');

/** Rows of a topic with the values of these columns; those without a coin, a window or its times are left out. */
function rowsOf(values: readonly Json[], columns: readonly string[]): readonly Row[] {
  return values.flatMap((value) => {
    const row = {
      coin: textOf(value.coin),
      window: textOf(value.window),
      quote: textOf(value.quote),
      source: textOf(value.source),
      isSliding: value.slide !== null && value.slide !== undefined,
      start: readTime(textOf(value.window_start)),
      end: readTime(textOf(value.window_end)),
      values: columns.map((column) => numberOf(value[column])),
    };
    return row.coin !== '' && row.window !== '' && row.end > row.start ? [row] : [];
  });
}

/** The best of the series that rows make up, oldest row first; `rank` compares them, and the longest comes first among equals. */
function bestSeries(rows: readonly Row[], rank: (row: Row) => number): readonly Row[] {
  const series = new Map<string, Row[]>();
  for (const row of rows) {
    const name = joinKey(row.quote, row.source, row.window, String(row.isSliding));
    const known = series.get(name);
    if (known === undefined) series.set(name, [row]);
    else known.push(row);
  }
  const [best = []] = [...series.values()].sort((a, b) => rank(b[0]!) - rank(a[0]!) || b.length - a.length);
  return [...best].sort((a, b) => a.start - b.start);
}

/** The coins that rows are about, the likeliest first: bitcoin, then that with most rows. */
function coinsOf(rows: readonly Row[]): string[] {
  const counts = new Map<string, number>();
  for (const { coin } of rows) counts.set(coin, (counts.get(coin) ?? 0) + 1);
  const rank = (coin: string) => Number(coin === PREFERRED.coin);
  return [...counts.keys()].sort((a, b) => rank(b) - rank(a) || counts.get(b)! - counts.get(a)!);
}

/** The view of a coin, and all coins, the likeliest first. */
export interface MarketChoice {
  /** Undefined if there is nothing about the coin. */
  readonly view: MarketView | undefined;
  readonly coins: readonly string[];
}

/** Chooses one series of each kind from values of topics `candles` and `signals`: the last `history` of them, up to the newest. */
export function chooseMarket(
  values: { readonly candles: readonly Json[]; readonly signals: readonly Json[] },
  { coin: asked, history }: { readonly coin?: string | undefined; readonly history: Millis },
): MarketChoice {
  const candles = rowsOf(values.candles, ['close']);
  const signals = rowsOf(values.signals, ['posts', 'sentiment_mean']);
  const coins = coinsOf([...candles, ...signals]);
  const coin = asked ?? coins[0];
  const isOfCoin = (row: Row) => row.coin === coin;
  const own = [...candles, ...signals].filter(isOfCoin);
  if (coin === undefined || own.length === 0) return { view: undefined, coins };
  const newest = own.reduce((most, { end }) => Math.max(most, end), Number.NEGATIVE_INFINITY);
  const isRecent = (row: Row) => isOfCoin(row) && row.start >= newest - history;
  const price = bestSeries(
    candles.filter(isRecent),
    ({ quote, window }) => 2 * Number(quote === PREFERRED.quote) + Number(window === PREFERRED.window),
  );
  const likeliest = price[0]?.window ?? PREFERRED.window;
  const posts = bestSeries(
    signals.filter(isRecent),
    ({ window, isSliding }) => 2 * Number(!isSliding) + Number(window === likeliest),
  );
  const all = [...price, ...posts];
  const view = {
    coin,
    from: all.reduce((least, { start }) => Math.min(least, start), newest),
    to: newest,
    price: price[0] && { ...seriesOf(price), quote: price[0].quote, source: price[0].source },
    signals: posts[0] && seriesOf(posts),
  };
  return { view, coins };
}

const seriesOf = (rows: readonly Row[]): SeriesOf => ({
  window: rows[0]!.window,
  windows: rows.map(({ start, end, values }) => ({ start, end, values })),
});

/** Reads the view of a coin, or of the likeliest one. */
export const readMarket = async (
  log: Log,
  asked: { readonly coin?: string | undefined; readonly history: Millis },
  topics: { readonly candles: string; readonly signals: string } = { candles: 'candles', signals: 'signals' },
): Promise<MarketChoice> =>
  chooseMarket(
    {
      candles: await newestValues(log, topics.candles, NEWEST_RECORDS),
      signals: await newestValues(log, topics.signals, NEWEST_RECORDS),
    },
    asked,
  );

/** Cells of a grid. */
const MOST_CELLS = 500_000;

/** A value of each window on an even grid of [from, to); NaN for a missing one. */
export function onGrid(
  { windows }: SeriesOf,
  at: number,
  { from, to }: Pick<MarketView, 'from' | 'to'>,
): number[] {
  const [first] = windows;
  const length = Math.max(first!.end - first!.start, (to - from) / MOST_CELLS);
  const cells = new Array<number>(Math.max(1, Math.round((to - from) / length))).fill(Number.NaN);
  for (const { start, values } of windows) {
    const cell = Math.min(cells.length - 1, Math.round((start - from) / length));
    cells[cell] = values[at]!;
  }
  return cells;
}
