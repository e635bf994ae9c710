import type { NewRecord } from '../../../src/core/stream/record.ts';
import { random } from '../../../src/core/util/random.ts';
import { formatTime, type Millis } from '../../../src/core/util/time.ts';
import { type Quote, quoteKey } from '../../../src/market/prices/price.ts';
import { COINS } from '../../../src/market/text/coin-list.ts';

const BASES = COINS.slice(0, 24).map(({ symbol }) => symbol);
/** Quote currencies with a rate, one per partition, and the currency it converts them to; all differ. */
export const RATES = { usdt: 'tmn', try: 'pln', jpy: 'sek', gbp: 'nok', usd: 'mxn', hkd: 'cny' } as const;
/** Quote currencies without a rate, one for each partition. */
export const OTHERS = ['eur', 'aud', 'vnd', 'czk', 'brl', 'thb'] as const;
const RATED = Object.keys(RATES) as readonly (keyof typeof RATES)[];

const HEADERS = { source: 'kill-test', schema: 'quote/1' } as const;
const LISTED_LAG: Millis = 20_000;
/** Within candles' lateness of 30 s. */
const FILED_DISORDER: Millis = 25_000;
/** Within join's rate lateness of 5 s, mostly. */
const RATE_DISORDER: Millis = 6_000;
const RECENT = 500;

type Pair = Pick<Quote, 'base' | 'quote' | 'market_cap'>;

/**
 * Quotes that give the same output of `join` and `candles` for any interleaving of their inputs:
 * - A candle key (coin and quote currency) is fed by one series of one input partition only. Its order within the partition of `prices` is then
 *   the order of that series, whichever is read first. (`max_gap_ms`, and a tie of open or close, depend on the order.)
 * - `listed`, which is converted, is in order of time within a series: a quote that came before the rate's watermark is converted in order of time,
 *   one that came after it in order of arrival. `filed`, out of order, has no rate.
 * - Prices are multiples of 1/8: their products and sums are exact in any order.
 * - No source is in SOURCE_DELAYS, so no clock advances a watermark.
 */
export function quotes(seed: number) {
  const draw = random(seed, 'quotes');
  const newest = new Map<string, Millis>();
  const recent: NewRecord[] = [];
  let count = 0;

  function record(topic: string, by: 'base' | 'quote', source: string, pair: Pair, time: Millis): NewRecord {
    const price = (8 + draw.below(800_000)) / 8;
    const quote: Quote = { source, ...pair, price, last_updated: formatTime(time) };
    return {
      topic,
      partitionKey: quote[by],
      key: quoteKey(quote),
      value: JSON.stringify(quote),
      headers: HEADERS,
    };
  }

  return {
    /** In order within each pair; one in twenty is a response repeated from a cache. */
    listed(now: Millis): NewRecord {
      if (recent.length === RECENT && draw.chance(1 / 20)) return draw.pick(recent);
      const pair = { base: draw.pick(BASES), quote: draw.pick(RATED), market_cap: 1 + draw.below(1e9) };
      const series = `${pair.base}/${pair.quote}`;
      const time = Math.max((newest.get(series) ?? 0) + 1, now - draw.below(LISTED_LAG));
      newest.set(series, time);
      const listed = record('prices-coinmarketcap', 'quote', 'kill-listing', pair, time);
      recent[count++ % RECENT] = listed;
      return listed;
    },
    /** Out of order; one in a thousand too late for a candle, one in a thousand for `join` as well. */
    filed(now: Millis): NewRecord {
      const lot = draw.below(1000);
      const behind = lot === 0 ? 120_000 : lot === 1 ? 900_000 : 0;
      const pair = { base: draw.pick(BASES), quote: draw.pick(OTHERS) };
      return record('prices-file', 'quote', 'file-kill', pair, now - behind - draw.below(FILED_DISORDER));
    },
    rate(now: Millis): NewRecord {
      const base = draw.pick(RATED);
      const pair = { base, quote: RATES[base] };
      return record('prices-wallex', 'base', 'kill-rates', pair, now - draw.below(RATE_DISORDER));
    },
  };
}
