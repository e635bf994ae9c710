import { readFileSync } from 'node:fs';
import { random } from '../../src/core/util/random.ts';
import { formatTime, MINUTE } from '../../src/core/util/time.ts';
import type { Quote } from '../../src/market/prices/price.ts';

/** A quote and when it was polled, epoch ms. */
export interface Polled {
  readonly topic: string;
  readonly polledAt: number;
  readonly time: number;
  readonly quote: Quote;
}

/** Closing prices of two days of BTCUSDT by minute. */
const closes = new Map(
  readFileSync(new URL('../../examples/data/btcusdt-1m.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
    .map(([time = '', , , , close]) => [Date.parse(time), Number(close)]),
);
const first = Math.min(...closes.keys());
const last = Math.max(...closes.keys());

const polled = (
  topic: string,
  polledAt: number,
  time: number,
  quote: Omit<Quote, 'last_updated'>,
): Polled => ({
  topic,
  polledAt,
  time,
  quote: { ...quote, last_updated: formatTime(time), polled_at: formatTime(polledAt) },
});

/**
 * What CoinMarketCap would have answered: whole minutes, at least one behind the clock, the same answer until its
 * cache ends. The poll's period is 60 s plus the time of the call, so it drifts, as the seed's did.
 */
export function coinMarketCap(cacheMs: number): Polled[] {
  const dice = random(1, `coinmarketcap ${cacheMs}`);
  const polls: Polled[] = [];
  for (let at = first + 10 * MINUTE; at < last; at += MINUTE + dice.below(2500)) {
    const time = Math.floor((at - MINUTE - dice.below(5000)) / cacheMs) * cacheMs;
    const btc = closes.get(time)!;
    const make = (base: string, price: number, supply: number) =>
      polled('prices-coinmarketcap', at, time, {
        source: 'coinmarketcap',
        base,
        quote: 'usdt',
        price,
        market_cap: price * supply,
      });
    polls.push(make('btc', btc, 19_990_000), make('eth', btc / 41.7, 120_700_000));
  }
  return polls;
}

/** What Wallex would have answered: a walk of USDT/TMN, whole seconds, polled every so often plus up to 6 s. */
export function wallex(everyMs: number): Polled[] {
  const dice = random(1, 'wallex');
  const polls: Polled[] = [];
  let price = 82_000;
  for (let at = first + 3 * MINUTE + 17_000; at < last; at += everyMs + dice.below(6000)) {
    price = Math.round(price * (1 + dice.normal() * 2e-4) * 1000) / 1000;
    const time = Math.floor(at / 1000) * 1000;
    polls.push(
      polled('prices-wallex', at, time, { source: 'wallex', base: 'usdt', quote: 'tmn', price }),
      polled('prices-wallex', at, time, {
        source: 'wallex',
        base: 'btc',
        quote: 'tmn',
        price: price * 104_000,
      }),
    );
  }
  return polls;
}

/** In the order of arrival. */
export const merged = (...feeds: readonly Polled[][]): Polled[] =>
  feeds.flat().sort((a, b) => a.polledAt - b.polledAt);
