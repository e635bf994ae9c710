import type { StateChange } from './state.ts';
import type { Millis } from './time.ts';

const MINUTE = 60_000;
/** Minutes kept behind the horizon: the newest of a backfill. */
const OLD_MINUTES = 32;
const PREFIX = 'seen|';

/** The ids of one minute of event time. */
interface Minute {
  readonly ids: Set<string>;
  /** Added since the last `changes`. */
  fresh: string[];
  /** State keys that hold the rest. */
  readonly chunks: string[];
}

/**
 * Remembers ids for `horizon` of event time, in memory that does not grow with history. A repeat carries the same
 * time, so ids lie by minute: kept are the minutes within the horizon of the largest time, and of older ones (a
 * backfill) the 32 last added to.
 */
export class Seen {
  /** In order of the last addition. */
  readonly #minutes = new Map<number, Minute>();
  readonly #horizon: number;
  #largest = Number.NEGATIVE_INFINITY;
  /** Counts chunks in the order written, so that the order of additions survives a restart. */
  #sequence = 0;
  #last: Minute | undefined;
  #lastNumber = Number.NaN;
  #forgotten: string[] = [];

  constructor(horizon: Millis, restored: Iterable<readonly [string, string]> = []) {
    this.#horizon = Math.ceil(horizon / MINUTE);
    const chunks = [...restored]
      .filter(([key]) => key.startsWith(PREFIX))
      .map(([key, ids]) => ({ key, ids, number: numberAt(key, 1), sequence: numberAt(key, 2) }))
      .sort((a, b) => a.sequence - b.sequence);
    for (const { key, ids, number, sequence } of chunks) {
      const minute = this.#touch(number);
      minute.chunks.push(key);
      for (const id of JSON.parse(ids) as string[]) minute.ids.add(id);
      this.#sequence = sequence + 1;
    }
  }

  /** Minutes held. */
  get size(): number {
    return this.#minutes.size;
  }

  /** True if the id was not there before; it is now. */
  add(id: string, time: Millis): boolean {
    const number = Math.floor(time / MINUTE);
    const known = number === this.#lastNumber ? this.#last : this.#minutes.get(number);
    if (known?.ids.has(id)) return false;
    const minute = this.#touch(number);
    minute.ids.add(id);
    minute.fresh.push(id);
    if (known === undefined) this.#forget();
    return true;
  }

  /** One new chunk for each minute added to since the last call, and the deletion of forgotten ones. */
  changes(): StateChange[] {
    const changes: StateChange[] = this.#forgotten.map((key) => [key, null]);
    this.#forgotten = [];
    for (const [number, minute] of this.#minutes) {
      if (minute.fresh.length === 0) continue;
      const key = `${PREFIX}${number}|${this.#sequence++}`;
      changes.push([key, JSON.stringify(minute.fresh)]);
      minute.chunks.push(key);
      minute.fresh = [];
    }
    return changes;
  }

  /** The minute, new if need be, moved to the end of the order. */
  #touch(number: number): Minute {
    if (number === this.#lastNumber) return this.#last!;
    const minute = this.#minutes.get(number) ?? { ids: new Set(), fresh: [], chunks: [] };
    this.#minutes.delete(number);
    this.#minutes.set(number, minute);
    this.#last = minute;
    this.#lastNumber = number;
    this.#largest = Math.max(this.#largest, number);
    return minute;
  }

  /** Only a new minute can push one out. */
  #forget(): void {
    const isOld = (number: number): boolean => number < this.#largest - this.#horizon;
    const old = [...this.#minutes.keys()].filter(isOld);
    for (const number of old.slice(0, Math.max(0, old.length - OLD_MINUTES))) {
      this.#forgotten.push(...this.#minutes.get(number)!.chunks);
      this.#minutes.delete(number);
    }
  }
}

const numberAt = (key: string, part: number): number => Number(key.split('|')[part]);
