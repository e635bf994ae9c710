import { MINUTE, type Millis } from '../util/time.ts';
import type { Restored, StateChange } from './keyed-state.ts';

/** Minutes kept behind the horizon: the newest of a backfill. */
const OLD_MINUTES = 32;

/** The number of a time's minute. */
export const minuteOf = (time: Millis): number => Math.floor(time / MINUTE);

interface Minute<T> {
  readonly held: T;
  /** Texts added since the last `changes`. */
  fresh: string[];
  /** State keys that hold the rest. */
  readonly chunks: string[];
}

/** What the holder of the minutes makes of them. */
export interface BucketOwner<T> {
  /** Put before each key in storage, so that several states share one task. */
  readonly prefix: string;
  /** For a minute that is new. */
  readonly make: (minute: number) => T;
  /** Takes a text back from storage. */
  readonly restore: (held: T, text: string) => void;
  /** Its minute has been forgotten. */
  readonly forget?: (held: T) => void;
}

/**
 * Keeps things for `horizon` of event time, by minute, in memory that does not grow with history: kept are the minutes
 * within the horizon of the largest time, and of older ones (a backfill) the 32 last added to. Each thing has a text,
 * which is written once, in a chunk with those that came between the same two commits.
 */
export class MinuteBuckets<T> {
  /** In order of the last addition. */
  readonly #minutes = new Map<number, Minute<T>>();
  readonly #holder: BucketOwner<T>;
  readonly #horizon: number;
  #largest = Number.NEGATIVE_INFINITY;
  /** Counts chunks in the order written, so that the order of additions survives a restart. */
  #sequence = 0;
  #last: Minute<T> | undefined;
  #lastNumber = Number.NaN;
  #forgotten: string[] = [];

  constructor(horizon: Millis, holder: BucketOwner<T>, restored: Restored = new Map()) {
    this.#horizon = Math.ceil(horizon / MINUTE);
    this.#holder = holder;
    const chunks = [...restored]
      .filter(([key]) => key.startsWith(holder.prefix))
      .map(([key, texts]) => ({ key, texts, number: numberAt(key, 1), sequence: numberAt(key, 2) }))
      .sort((a, b) => a.sequence - b.sequence);
    for (const { key, texts, number, sequence } of chunks) {
      const minute = this.#touch(number);
      minute.chunks.push(key);
      for (const text of JSON.parse(texts) as string[]) holder.restore(minute.held, text);
      this.#sequence = sequence + 1;
    }
  }

  /** Minutes held. */
  get size(): number {
    return this.#minutes.size;
  }

  /** What is held of the time's minute; undefined when nothing is. */
  at(time: Millis): T | undefined {
    return this.#get(minuteOf(time))?.held;
  }

  /** Notes a thing's text in the minute of its time, made if need be; the caller puts the thing into what it is given. */
  add(time: Millis, text: string): T {
    const number = minuteOf(time);
    const isNew = this.#get(number) === undefined;
    const minute = this.#touch(number);
    minute.fresh.push(text);
    if (isNew) this.#forget();
    return minute.held;
  }

  /** Forgets the minute that was added to least recently. */
  forgetOne(): void {
    const { value: number } = this.#minutes.keys().next();
    if (number !== undefined) this.#remove(number);
  }

  /** One new chunk for each minute added to since the last call, and the deletion of forgotten ones. */
  changes(): StateChange[] {
    const changes: StateChange[] = this.#forgotten.map((key) => [key, null]);
    this.#forgotten = [];
    for (const [number, minute] of this.#minutes) {
      if (minute.fresh.length === 0) continue;
      const key = `${this.#holder.prefix}${number}|${this.#sequence++}`;
      changes.push([key, JSON.stringify(minute.fresh)]);
      minute.chunks.push(key);
      minute.fresh = [];
    }
    return changes;
  }

  #get(number: number): Minute<T> | undefined {
    return number === this.#lastNumber ? this.#last : this.#minutes.get(number);
  }

  /** The minute, new if need be, moved to the end of the order. */
  #touch(number: number): Minute<T> {
    if (number === this.#lastNumber) return this.#last!;
    const held = (): T => this.#holder.make(number);
    const minute = this.#minutes.get(number) ?? { held: held(), fresh: [], chunks: [] };
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
    for (const number of old.slice(0, Math.max(0, old.length - OLD_MINUTES))) this.#remove(number);
  }

  #remove(number: number): void {
    const { chunks, held } = this.#minutes.get(number)!;
    this.#forgotten.push(...chunks);
    this.#minutes.delete(number);
    if (number === this.#lastNumber) this.#lastNumber = Number.NaN;
    this.#holder.forget?.(held);
  }
}

const numberAt = (key: string, part: number): number => Number(key.split('|')[part]);
