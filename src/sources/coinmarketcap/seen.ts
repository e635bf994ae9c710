import type { Millis } from '../../core/util/time.ts';

/** Times remembered of a pair: servers behind one address may answer from older caches in turn. */
const KEPT = 4;
/** With more pairs than these a snapshot holds the newest time of each alone, to stay well below a message's size. */
const FULLY_KEPT_PAIRS = 5000;
const NEVER = Number.NEGATIVE_INFINITY;

/** Newest last. Times up to `floor` are forgotten, and count as seen. */
interface Times {
  floor: Millis;
  readonly list: Millis[];
}

/** Which quotes were written already, by pair and time; survives a restart as plain data. */
export class SeenQuotes {
  readonly #pairs = new Map<string, Times>();

  constructor(restored: Readonly<Record<string, string>> = {}) {
    for (const [head, bases] of Object.entries(restored)) {
      const at = head.lastIndexOf('@');
      for (const base of bases.split(' '))
        this.#insert(`${base}/${head.slice(0, at)}`, Number(head.slice(at + 1)));
    }
  }

  /** True if it was not there before; it is now. */
  add(base: string, quote: string, time: Millis): boolean {
    return this.#insert(`${base}/${quote}`, time);
  }

  /** Bases by `quote@time`, for the constructor; the floor is a time as the others are, and sinks below them there again. */
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
