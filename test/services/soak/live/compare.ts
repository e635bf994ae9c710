import { klineRow } from '../../../stubs/binance/klines.ts';
import { uriOf } from '../../../stubs/bluesky/network.ts';
import type { ExchangeStub } from '../../../stubs/exchange/exchange-stub.ts';
import type { StubTrade } from '../../../stubs/exchange/tape.ts';
import { readTopic } from '../topic.ts';
import type { Live } from './services.ts';
import { blueskyRevisions, type MarkedGap, tradeIds } from './topics.ts';

const MINUTE = 60_000;
/** How far the times of a stub's server and of a gap's ends may be apart. */
const SLACK_MS = 2000;

const repeated = <T>(values: readonly T[]): T[] => {
  const seen = new Set<T>();
  return values.filter((value) => seen.size === seen.add(value).size);
};
const missedIn = (gaps: readonly MarkedGap[], source: string, at: number): boolean =>
  gaps.some(
    (gap) => gap.source === source && !gap.backfilled && at >= gap.from - SLACK_MS && at <= gap.to + SLACK_MS,
  );

/** The posts of both networks: those that happened from `since` to `until` are written once, or within a gap that says so. */
export async function comparePosts(
  bus: string,
  live: Live,
  gaps: readonly MarkedGap[],
  since: number,
  until: number,
) {
  const revisions = await blueskyRevisions(bus);
  const written = new Set(revisions);
  const coinPosts = live.coinPosts.filter(({ at }) => at >= since && at <= until);
  const ids = (await readTopic(bus, 'posts-nostr')).map(({ key }) => key);
  const known = new Set(ids);
  const nostr = live.nostrPosts.filter(
    ({ created_at }) => created_at * 1000 >= since && created_at * 1000 <= until,
  );
  const kept = new Set(live.coinPosts.filter(({ body }) => written.has(String(body.rev))).map(uriOf));
  const deletions = live.network.events.filter(
    (event) => event.body.operation === 'delete' && kept.has(uriOf(event)) && event.at <= until,
  );
  const isLost = ({ at, body }: { at: number; body: Readonly<Record<string, unknown>> }): boolean =>
    !written.has(String(body.rev)) && !missedIn(gaps, 'bluesky', at);
  return {
    total: coinPosts.length + nostr.length,
    missed: coinPosts.filter(({ body }) => !written.has(String(body.rev))).length,
    wrong: {
      lost: coinPosts.filter(isLost).map(uriOf),
      doubled: repeated(revisions.filter((revision) => revision !== 'account')),
      undeleted: deletions.filter(isLost).map(uriOf),
      lostOnNostr: nostr
        .filter(({ id, created_at }) => !known.has(id) && !missedIn(gaps, 'nostr', created_at * 1000))
        .map(({ id }) => id),
      doubledOnNostr: repeated(ids),
      invented: live.invalid.filter(({ id, content }) => known.has(id) && !content.includes('soon')),
    },
  };
}

export const NO_WRONG_POSTS = {
  lost: [],
  doubled: [],
  undeleted: [],
  lostOnNostr: [],
  doubledOnNostr: [],
  invented: [],
};

const tapeOf = (stub: ExchangeStub, base: string) =>
  stub.tapes.get([...stub.tapes.keys()].find((name) => new RegExp(`^${base}.USD$`, 'i').test(name))!)!;

/** Trades that are missing, doubled or out of order, by market. From the first that was written to `last`. */
export async function compareTrades(bus: string, live: Live, last: Readonly<Record<string, number>>) {
  const wrong: Record<string, unknown> = {};
  for (const exchange of ['coinbase', 'kraken'] as const)
    for (const base of ['btc', 'eth']) {
      const ids = await tradeIds(bus, exchange, base);
      const known = new Set(ids);
      const lost = tapeOf(live[exchange], base)
        .trades.map(({ id }) => id)
        .filter((id) => id >= ids[0]! && id <= last[`${exchange} ${base}`]! && !known.has(id));
      const found = {
        lost,
        doubled: repeated(ids),
        disordered: ids.filter((id, at) => id < (ids[at - 1] ?? 0)),
      };
      if (Object.values(found).some(({ length }) => length > 0)) wrong[`${exchange} ${base}`] = found;
    }
  return wrong;
}

/** The newest trade of each market. */
export const lastTrades = (live: Live): Record<string, number> =>
  Object.fromEntries(
    (['coinbase', 'kraken'] as const).flatMap((exchange) =>
      ['btc', 'eth'].map((base) => [`${exchange} ${base}`, tapeOf(live[exchange], base).lastId]),
    ),
  );

interface Ohlc {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly samples: number;
}

function ohlcOf(trades: readonly StubTrade[]): Ohlc {
  const prices = trades.map(({ price }) => price);
  return {
    open: prices[0]!,
    high: Math.max(...prices),
    low: Math.min(...prices),
    close: prices.at(-1)!,
    samples: prices.length,
  };
}

function barOf(live: Live, base: string, start: number): Ohlc {
  const market = live.binance.exchange.markets.get(`${base.toUpperCase()}USDT`)!;
  const [, open, high, low, close] = klineRow(market, start, MINUTE).map(Number) as number[];
  return { open: open!, high: high!, low: low!, close: close!, samples: 1 };
}

/**
 * The final candles of a minute that differ from what the stubs know, and the number of candles. Every minute from the
 * first candle of a series to `until` must be there if anything was traded in it.
 */
export async function compareCandles(bus: string, live: Live, until: number) {
  const found = new Map<string, Map<number, Ohlc>>();
  for (const { value } of await readTopic(bus, 'candles')) {
    if (value.final !== true || value.window !== '1m' || value.source === 'coingecko') continue;
    const series = `${value.source} ${value.coin}`;
    const { open, high, low, close, samples } = value as unknown as Ohlc;
    const start = Date.parse(String(value.window_start));
    if (!found.has(series)) found.set(series, new Map());
    found.get(series)!.set(start, { open, high, low, close, samples });
  }
  const wrong: string[] = [];
  let compared = 0;
  for (const [series, candles] of found) {
    const [source, base] = series.split(' ') as ['binance' | 'coinbase' | 'kraken', string];
    const first = Math.min(...candles.keys());
    const byMinute = new Map<number, StubTrade[]>();
    if (source !== 'binance')
      for (const trade of tapeOf(live[source], base).trades) {
        const start = Math.floor(trade.micros / 1000 / MINUTE) * MINUTE;
        byMinute.set(start, [...(byMinute.get(start) ?? []), trade]);
      }
    // The first one of trades has begun before its first trade was read.
    for (let start = first + MINUTE; start + MINUTE <= until; start += MINUTE) {
      const trades = byMinute.get(start);
      if (source !== 'binance' && trades === undefined && !candles.has(start)) continue;
      compared++;
      const expected = source === 'binance' ? barOf(live, base, start) : ohlcOf(trades ?? []);
      const text = JSON.stringify(candles.get(start));
      if (text !== JSON.stringify(expected))
        wrong.push(
          `${series} ${new Date(start).toISOString()}: ${text} instead of ${JSON.stringify(expected)}`,
        );
    }
  }
  return { wrong, compared, series: [...found.keys()].sort() };
}
