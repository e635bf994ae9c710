import { random } from '../../src/core/util/random.ts';
import { formatTime } from '../../src/core/util/time.ts';

const COINS = 'btc eth bnb xrp sol ada doge trx dot ltc shib avax link uni atom xmr etc xlm bch fil'.split(
  ' ',
);
const FIRST = Date.parse('2026-03-01T00:00:00Z');
/** All coins are quoted once in this time, and one rate follows. */
const EVERY_MS = 20_000;

/** Lines of a price file, in USDT: 20 coins every 20 s; deterministic. */
export function* benchQuotes(count: number): Iterable<string> {
  const draw = random(1, 'bench-quotes');
  for (let i = 0; i < count; i++) {
    const coin = COINS[i % COINS.length]!;
    const time = formatTime(
      FIRST + Math.floor(i / COINS.length) * EVERY_MS + Math.floor(draw.next() * EVERY_MS),
    );
    const price = draw.between(10, 70_000).toFixed(2);
    yield `{"base":"${coin}","quote":"usdt","price":${price},"last_updated":"${time}","source":"bench","market_cap":${i}}`;
  }
}

/** The rates of USDT in TMN for `count` lines of `benchQuotes`: one each 20 s. */
export function* benchRates(count: number): Iterable<string> {
  for (let i = 0; i < Math.ceil(count / COINS.length); i++)
    yield `{"base":"usdt","quote":"tmn","price":${100_000 + (i % 997)},"last_updated":"${formatTime(FIRST + i * EVERY_MS)}","source":"bench"}`;
}
