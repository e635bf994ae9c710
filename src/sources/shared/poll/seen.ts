import type { Millis } from '../../../core/util/time.ts';

/** Times remembered per pair, because servers behind one address may answer from older caches. */
const KEPT = 4;
/** With more pairs, a snapshot contains only the newest time of each, to stay well below the size limit of a message. */
const FULLY_KEPT_PAIRS = 5000;
const NEVER = Number.NEGATIVE_INFINITY;

/** Newest last. Times up to `floor` are no longer stored and count as seen. */
interface Times {
  floor: Millis;
  readonly list: Millis[];
}

/** The quotes written so far, by pair and time. Can be stored as plain data. */
export class SeenQuotes {
  readonly #pairs = new Map<string, Times>();

  constructor(restored: Readonly<Record<string, string>> = {}) {
    for (const [head, bases] of Object.entries(restored)) {
      const at = head.lastIndexOf('@');
      for (const base of bases.split(' '))
        this.#insert(`${base}/${head.slice(0, at)}`, Number(head.slice(at + 1)));
    }
  }

  /** Adds a quote; false if it was there already. */
  add(base: string, quote: string, time: Millis): boolean {
    return this.#insert(`${base}/${quote}`, time);
  }

  /** Bases by `quote@time`, for the constructor, which restores the floor from the oldest time. */
  snapshot(): Record<string, string> {
    const kept = this.#pairs.size > FULLY_KEPT_PAIRS ? 1 : KEPT + 1;
    const heads: Record<string, string> = {};
    for (const [pair, { floor, list }] of this.#pairs) {
      const at = pair.lastIndexOf('/');
      const base = pair.slice(0, at);
      const times = floor === NEVER ? list : [floor, ...list];
      for (const time of times.slice(-kept)) {
        const head = `${pair.slice(at + 1)}@${time}`;
        const before = heads[head];
        heads[head] = before === undefined ? base : `${before} ${base}`;
      }
    }
    return heads;
  }

  #insert(pair: string, time: Millis): boolean {
    let times = this.#pairs.get(pair);
    if (times === undefined) {
      times = { floor: NEVER, list: [] };
      this.#pairs.set(pair, times);
    }
    const { list } = times;
    if (time <= times.floor || list.includes(time)) return false;
    const isNewest = time > (list.at(-1) ?? NEVER);
    list.push(time);
    if (!isNewest) list.sort((a, b) => a - b);
    if (list.length > KEPT) times.floor = list.shift()!;
    return true;
  }
}
