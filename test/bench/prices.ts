import type { NewRecord } from '../../src/core/stream/record.ts';
import { random } from '../../src/core/util/random.ts';
import { formatTime } from '../../src/core/util/time.ts';

const COINS = (
  'btc eth bnb xrp sol ada doge trx dot ltc shib avax link uni atom xmr etc xlm bch fil apt near algo vet icp hbar qnt ' +
  'ape egld sand mana theta axs xtz aave eos flow ftm kcs chz zec mkr snx neo dash comp bat enj crv yfi'
).split(' ');
const FIRST = Date.parse('2026-03-01T00:00:00Z');
const SPAN = 30 * 86_400_000;

/** Topic `prices`: 50 coins over 30 days, about 190 bytes per record, up to 20 s out of order; deterministic. */
export function* benchPrices(count: number): Iterable<NewRecord> {
  const draw = random(1, 'bench-prices');
  const prices = COINS.map((_, i) => 68_000 * 0.86 ** i);
  const headers = { schema: 'price/1' };
  for (let i = 0; i < count; i++) {
    const c = draw.below(COINS.length);
    prices[c]! *= 1 + draw.normal() * 0.001;
    const price = Number(prices[c]!.toFixed(prices[c]! > 10 ? 2 : 6));
    const time = formatTime(Math.floor(FIRST + 60_000 + (i * SPAN) / count - draw.next() * 20_000));
    const coin = COINS[c]!;
    const value =
      `{"coin":"${coin}","quote":"usdt","price":${price},"time":"${time}","source":"bench",` +
      `"market_cap":${Math.floor(price * 19_990_000)},"seq":${i},"rank":${c + 1},"change_24h":${draw.between(-9, 9).toFixed(4)}}`;
    yield { topic: 'prices', partitionKey: coin, key: `${coin}|usdt|${time}`, value, headers };
  }
}

/** Topic `bars-file`: 1m bars of 10 coins, in order, about 260 bytes per record; deterministic. */
export function* benchBars(count: number): Iterable<NewRecord> {
  const draw = random(1, 'bench-bars');
  const coins = COINS.slice(0, 10);
  const prices = coins.map((_, i) => 68_000 * 0.86 ** i);
  const headers = { schema: 'bar/1' };
  for (let i = 0; i < count; i++) {
    const c = i % coins.length;
    const start = FIRST + Math.floor(i / coins.length) * 60_000;
    const open = prices[c]!;
    const close = Number((open * (1 + draw.normal() * 0.001)).toFixed(4));
    prices[c] = close;
    const [high, low] = [Math.max(open, close) + 1, Math.min(open, close) - 1];
    const volume = Number((draw.next() * 10).toFixed(3));
    const coin = coins[c]!;
    const value =
      `{"source":"bench","base":"${coin}","quote":"usdt","open":${open},"high":${high},"low":${low},"close":${close},` +
      `"volume":${volume},"quote_volume":${volume * close},"trades":${draw.below(900)},` +
      `"start":"${formatTime(start)}","end":"${formatTime(start + 60_000)}","final":true}`;
    yield { topic: 'bars-file', partitionKey: coin, key: `bench|${coin}|usdt|1m@${start}`, value, headers };
  }
}
