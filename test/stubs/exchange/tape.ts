import { random } from '../../../src/core/util/random.ts';
import { bitcoin, coin } from '../price-path.ts';

/** A trade that happened at the exchange. */
export interface StubTrade {
  readonly id: number;
  /** Epoch microseconds, or quarters of them. */
  readonly micros: number;
  readonly price: number;
  readonly size: number;
  /** Side of the taker. */
  readonly side: 'buy' | 'sell';
}

export interface StubMarket {
  readonly base: string;
  readonly quote: string;
  readonly price: (time: number) => number;
}

export const MARKETS: readonly StubMarket[] = [
  { base: 'BTC', quote: 'USD', price: bitcoin },
  { base: 'ETH', quote: 'USD', price: (time) => coin(1, 0.0241, time) },
  { base: 'DOGE', quote: 'USD', price: (time) => coin(6, 1.8e-6, time) },
  { base: 'BTC', quote: 'EUR', price: (time) => bitcoin(time) * 0.88 },
  { base: 'BTC', quote: 'USDT', price: bitcoin },
];

/** All trades of one market, numbered without holes. */
export class Tape {
  readonly trades: StubTrade[] = [];
  readonly #draw;
  readonly #firstId: number;

  constructor(
    readonly symbol: string,
    readonly market: StubMarket,
    firstId = 1000,
  ) {
    this.#draw = random(1, symbol);
    this.#firstId = firstId;
  }

  get lastId(): number {
    return this.#firstId + this.trades.length - 1;
  }

  /** A trade at this time, in ms; always after the one before it, unless `exact` names its microseconds. */
  add(time: number, exact?: number): StubTrade {
    const before = this.trades.at(-1)?.micros ?? 0;
    const micros = exact ?? Math.max(before + 1, time * 1000 + Math.floor(this.#draw.between(0, 1000)));
    const price = Number((this.market.price(time) * this.#draw.between(0.999, 1.001)).toPrecision(8));
    const size = Number(this.#draw.between(0.0001, 2).toFixed(8));
    const trade: StubTrade = {
      id: this.lastId + 1,
      micros,
      price,
      size,
      side: this.#draw.between(0, 1) < 0.5 ? 'buy' : 'sell',
    };
    this.trades.push(trade);
    return trade;
  }
}

/** ISO 8601 with six decimals. */
export const isoMicros = (micros: number): string =>
  `${new Date(Math.floor(micros / 1000)).toISOString().slice(0, -1)}${String(Math.floor(micros % 1000)).padStart(3, '0')}Z`;
