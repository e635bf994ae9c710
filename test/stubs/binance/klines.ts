import { bitcoin, coin } from '../price-path.ts';

/** A kline as REST sends it: [open time, o, h, l, c, volume, close time, quote volume, trades, ...]. */
export type KlineRow = readonly [
  number,
  string,
  string,
  string,
  string,
  string,
  number,
  string,
  number,
  string,
  string,
  string,
];

export interface StubMarket {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly status: string;
  /** When its first bar begins. */
  readonly listedAt: number;
  readonly price: (time: number) => number;
}

const market = (base: string, quote: string, price: StubMarket['price'], status = 'TRADING'): StubMarket => ({
  symbol: base + quote,
  base,
  quote,
  status,
  listedAt: Date.UTC(2017, 7, 17, 4),
  price,
});

export const STUB_MARKETS: readonly StubMarket[] = [
  market('BTC', 'USDT', bitcoin),
  market('BTC', 'EUR', (time) => bitcoin(time) * 0.92),
  market('ETH', 'USDT', (time) => coin(1, 0.0241, time)),
  market('DOGE', 'USDT', (time) => coin(6, 1.8e-6, time)),
  market('LUNC', 'USDT', (time) => coin(9, 1e-9, time), 'BREAK'),
];

/** A repeatable number in [0, 1) for a time. */
function chance(time: number, salt: number): number {
  let mixed = Math.imul((time / 1000) | 0, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}

/** One minute in this many is without trades. */
const QUIET_OF = 50;

/** The kline that begins at `start`, as it is once it is over, or as it is at `now` if that is earlier. */
export function klineRow(
  { price }: StubMarket,
  start: number,
  interval: number,
  now = Number.POSITIVE_INFINITY,
): KlineRow {
  const end = start + interval;
  const part = Math.min(1, Math.max(0, (now - start) / interval));
  const quiet = chance(start, 3) * QUIET_OF < 1;
  const open = price(start);
  const close = quiet ? open : now >= end ? price(end) : open * (1 + 1e-4 * part);
  const swing = quiet ? 0 : 0.001 * part;
  const high = Math.max(open, close) * (1 + swing * chance(start, 1));
  const low = Math.min(open, close) * (1 - swing * chance(start, 2));
  const trades = quiet ? 0 : Math.floor((1 + 900 * chance(start, 4)) * part);
  const volume = trades * (0.01 + 0.1 * chance(start, 5));
  const text = (value: number): string => value.toFixed(8);
  const [base, inQuote] = [text(volume), text(volume * open)];
  return [
    start,
    text(open),
    text(high),
    text(low),
    text(close),
    base,
    end - 1,
    inQuote,
    trades,
    base,
    inQuote,
    '0',
  ];
}
