import type { Millis } from '../../../core/util/time.ts';
import type { ReceivedTrade, Trade, TradeRef } from './service.ts';

/** Trades that may be kept until those before them have come; the service is asked again for more. */
const MOST_AHEAD = 20_000;

/** The missing trades: all ids between two. */
export interface Hole {
  readonly after: TradeRef;
  readonly before: number;
}

/**
 * The trades of one market in the order of their ids, each once, whatever the order and the repeats they arrive in. Before
 * the first position is known, the first trade sets it.
 */
export class TradeSequence {
  #last: TradeRef | undefined;
  readonly #ahead = new Map<number, ReceivedTrade>();
  /** The highest id that is known to exist. */
  #known: number;

  constructor(last: TradeRef | undefined) {
    this.#last = last;
    this.#known = last?.id ?? Number.NEGATIVE_INFINITY;
  }

  /** The last trade in order. */
  get last(): TradeRef | undefined {
    return this.#last;
  }

  /** Begins after this trade, unless a position is known. */
  begin(last: TradeRef): void {
    this.#last ??= last;
    this.announce(this.#last.id);
  }

  /** Whether a trade with this id shows that trades before it exist of which nothing was known. */
  isJump(id: number): boolean {
    return this.#last !== undefined && id > this.#known + 1;
  }

  /** A trade with this id exists. */
  announce(id: number): void {
    this.#known = Math.max(this.#known, id);
  }

  /** Takes trades; returns those that are next in order, perhaps with earlier ones that waited for them. */
  take(trades: readonly Trade[], receivedAt: Millis): ReceivedTrade[] {
    for (const trade of trades) {
      this.announce(trade.id);
      this.#last ??= { id: trade.id - 1, time: trade.time };
      if (trade.id <= this.#last.id || this.#ahead.has(trade.id)) continue;
      if (trade.id === this.#last.id + 1 || this.#ahead.size < MOST_AHEAD)
        this.#ahead.set(trade.id, { ...trade, receivedAt });
    }
    return this.#drain();
  }

  /** What is missing next; undefined if nothing is. */
  missing(): Hole | undefined {
    if (this.#last === undefined || this.#known <= this.#last.id) return undefined;
    let before = this.#known + 1;
    for (const id of this.#ahead.keys()) before = Math.min(before, id);
    return { after: this.#last, before };
  }

  /** Gives up the missing trades before `id`; returns the trades that are next then. */
  skip(id: number): ReceivedTrade[] {
    if (this.#last === undefined || id - 1 <= this.#last.id) return [];
    this.#last = { id: id - 1, time: this.#last.time };
    for (const key of [...this.#ahead.keys()]) if (key < id) this.#ahead.delete(key);
    return this.#drain();
  }

  #drain(): ReceivedTrade[] {
    const ready: ReceivedTrade[] = [];
    for (;;) {
      const next = this.#last && this.#ahead.get(this.#last.id + 1);
      if (next === undefined) return ready;
      this.#ahead.delete(next.id);
      this.#last = { id: next.id, time: Number.isNaN(next.time) ? this.#last!.time : next.time };
      ready.push(next);
    }
  }
}
