import { type Random, random } from '../../core/util/random.ts';
import { formatTime, MINUTE, type Millis } from '../../core/util/time.ts';
import type { Quote } from '../../market/prices/price.ts';
import { quoteHeaders, quoteRecord } from '../shared/quote-record.ts';
import type { RealMinute } from './minutes.ts';
import type { SampleEvent } from './timed.ts';

/** Not `coinmarketcap` and `wallex`, because their lag relates times to the clock, and the sample is history. */
const QUOTE_SOURCE = 'sample-cmc';
const RATE_SOURCE = 'sample-wallex';

const HEADERS = quoteHeaders('sample');

/** A quote with CoinMarketCap's other fields. */
interface Listed extends Quote {
  readonly cmc_id: number;
  readonly cmc_rank: number;
}

interface Coin {
  readonly base: string;
  readonly cmc_id: number;
  readonly cmc_rank: number;
  /** Coins in circulation after this many minutes. */
  readonly supply: (minute: number) => number;
  readonly prices: (minutes: readonly RealMinute[], draw: Random) => readonly number[];
}

const toDecimals = (value: number, decimals: number): number =>
  Math.round(value * 10 ** decimals) / 10 ** decimals;

/** Approximate price of ether in bitcoin at that time. */
const ETH_RATIO = 0.0241;

const COINS: readonly Coin[] = [
  {
    base: 'btc',
    cmc_id: 1,
    cmc_rank: 1,
    supply: (minute) => 19_873_000 + Math.floor(minute / 10) * 3.125,
    prices: (minutes) => minutes.map((minute) => minute.open),
  },
  {
    base: 'eth',
    cmc_id: 1027,
    cmc_rank: 2,
    supply: () => 120_718_000,
    /** Bitcoin's price times a ratio that walks by 0.05 % per minute. */
    prices: (minutes, draw) => {
      let ratio = ETH_RATIO;
      return minutes.map(({ open }) => {
        ratio *= 1 + draw.normal() * 0.0005 + (ETH_RATIO / ratio - 1) * 0.005;
        return toDecimals(open * ratio, 8);
      });
    },
  },
];

/** Minimum lag of CoinMarketCap's times behind a poll. */
const LAG: Millis = 65_000;
/** How long its cache repeats an answer: one minute as documented, sometimes five. */
const CACHE: Millis = MINUTE;
const LONG_CACHE: Millis = 5 * MINUTE;
const LONG_SPELL = 30;

/** Quotes of one coin as seen by a client that polls CoinMarketCap every minute: whole-minute times, repeated cached answers. */
function* polls(
  coin: Coin,
  minutes: readonly RealMinute[],
  seed: number,
  topic: string,
): Generator<SampleEvent> {
  const draw = random(seed, `cmc/${coin.base}`);
  const prices = coin.prices(minutes, random(seed, `walk/${coin.base}`));
  const start = minutes[0]!.time;
  let volume = prices[0]! * coin.supply(0) * 0.02;
  let time = start - MINUTE;
  let answer: Listed | undefined;
  let longUntil = 0;
  for (let minute = 1; minute <= minutes.length; minute++) {
    if (minute >= longUntil && draw.chance(1 / 400)) longUntil = minute + LONG_SPELL;
    const early = draw.chance(0.05) ? 15_000 : 0;
    const polled = start + minute * MINUTE + 17_350 + draw.below(400) - early;
    const cache = minute < longUntil ? LONG_CACHE : CACHE;
    const updated = Math.max(time, Math.floor((polled - LAG) / cache) * cache, start);
    if (updated > time || answer === undefined) {
      time = updated;
      const index = (time - start) / MINUTE;
      const price = prices[index]!;
      volume = toDecimals(volume * (1 + draw.normal() * 0.002), 2);
      answer = {
        source: QUOTE_SOURCE,
        base: coin.base,
        quote: 'usdt',
        price,
        market_cap: price * coin.supply(index),
        volume_24h: volume,
        cmc_id: coin.cmc_id,
        cmc_rank: coin.cmc_rank,
        last_updated: formatTime(time),
      };
    }
    const quote = { ...answer, polled_at: formatTime(polled) };
    yield { time, record: quoteRecord(quote, { topic, partitionBy: 'quote', headers: HEADERS }) };
  }
}

export function coinQuotes(
  minutes: readonly RealMinute[],
  seed: number,
  topic: string,
): Generator<SampleEvent>[] {
  return COINS.map((coin) => polls(coin, minutes, seed, topic));
}

const RATE_MIDDLE = 110_000;
const RATE_REACH = 2_000;

/** USDT in Toman as seen by a client that polls Wallex one minute after each answer, so that the period drifts. */
export function* rates(minutes: readonly RealMinute[], seed: number, topic: string): Generator<SampleEvent> {
  const draw = random(seed, 'wallex');
  const end = minutes.at(-1)!.time + MINUTE;
  let price = RATE_MIDDLE + draw.between(-1000, 1000);
  for (let polled = minutes[0]!.time + 4_210; polled < end; polled += MINUTE + 200 + draw.below(1301)) {
    price += (RATE_MIDDLE - price) * 0.002 + draw.normal() * 60;
    price = Math.min(RATE_MIDDLE + RATE_REACH, Math.max(RATE_MIDDLE - RATE_REACH, price));
    const time = Math.floor(polled / 1000) * 1000;
    const quote: Quote = {
      source: RATE_SOURCE,
      base: 'usdt',
      quote: 'tmn',
      price: Math.round(price),
      last_updated: formatTime(time),
      polled_at: formatTime(polled),
    };
    yield { time, record: quoteRecord(quote, { topic, partitionBy: 'base', headers: HEADERS }) };
  }
}
