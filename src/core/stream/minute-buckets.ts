import { MINUTE, type Millis } from '../util/time.ts';
import type { Restored, StateChange } from './keyed-state.ts';

/** Minutes kept behind the horizon, for a backfill. */
const OLD_MINUTES = 32;

/** Whole minutes since the epoch. */
export const minuteIndex = (time: Millis): number => Math.floor(time / MINUTE);

interface Bucket<T> {
  readonly content: T;
  /** Texts added since the last `changes`. */
  fresh: string[];
  /** State keys of the texts already stored. */
  readonly chunks: string[];
}

/** Defines what a bucket contains. */
export interface BucketOwner<T> {
  /** Prefix of each stored key; several states share one task. */
  readonly prefix: string;
  /** Makes the content of a new minute. */
  readonly make: (minute: number) => T;
  /** Adds a stored text to a minute's content. */
  readonly restore: (content: T, text: string) => void;
  /** Called when a minute is dropped. */
  readonly forget?: (content: T) => void;
}

/**
 * Keeps items for `horizon` of event time in buckets of a minute, in bounded memory: the minutes within the horizon of
 * the largest time and, of older ones (a backfill), the 32 most recently added to. Each item is stored as a text,
 * written once, in a chunk with the other items of its minute between two commits.
 */
export class MinuteBuckets<T> {
  /** In order of the last addition. */
  readonly #minutes = new Map<number, Bucket<T>>();
  readonly #owner: BucketOwner<T>;
  readonly #horizon: number;
  #largest = Number.NEGATIVE_INFINITY;
  /** Numbers chunks in write order, so that the order of additions survives a restart. */
  #sequence = 0;
  #last: Bucket<T> | undefined;
  #lastNumber = Number.NaN;
  #forgotten: string[] = [];

  constructor(horizon: Millis, owner: BucketOwner<T>, restored: Restored = new Map()) {
    this.#horizon = Math.ceil(horizon / MINUTE);
    this.#owner = owner;
    const chunks = [...restored]
      .filter(([key]) => key.startsWith(owner.prefix))
      .map(([key, texts]) => ({ key, texts, number: numberAt(key, 1), sequence: numberAt(key, 2) }))
      .sort((a, b) => a.sequence - b.sequence);
    for (const { key, texts, number, sequence } of chunks) {
      const bucket = this.#touch(number);
      bucket.chunks.push(key);
      for (const text of JSON.parse(texts) as string[]) owner.restore(bucket.content, text);
      this.#sequence = sequence + 1;
    }
  }

  /** Number of minutes kept. */
  get size(): number {
    return this.#minutes.size;
  }

  /** The content of the minute of `time`, if it is kept. */
  at(time: Millis): T | undefined {
    return this.#get(minuteIndex(time))?.content;
  }

  /** The contents of all kept minutes. */
  *contents(): Generator<T> {
    for (const { content } of this.#minutes.values()) yield content;
  }

  /** Stores an item's text in the minute of its time and returns that minute's content; the caller adds the item to it. */
  add(time: Millis, text: string): T {
    const number = minuteIndex(time);
    const isNew = this.#get(number) === undefined;
    const bucket = this.#touch(number);
    bucket.fresh.push(text);
    if (isNew) this.#forgetOld();
    return bucket.content;
  }

  /** Drops the minute that was added to least recently. */
  forgetOne(): void {
    const { value: number } = this.#minutes.keys().next();
    if (number !== undefined) this.#remove(number);
  }

  /** One new chunk per minute added to since the last call, and deletions of dropped minutes. */
  changes(): StateChange[] {
    const changes: StateChange[] = this.#forgotten.map((key) => [key, null]);
    this.#forgotten = [];
    for (const [number, bucket] of this.#minutes) {
      if (bucket.fresh.length === 0) continue;
      const key = `${this.#owner.prefix}${number}|${this.#sequence++}`;
      changes.push([key, JSON.stringify(bucket.fresh)]);
      bucket.chunks.push(key);
      bucket.fresh = [];
    }
    return changes;
  }

  #get(number: number): Bucket<T> | undefined {
    return number === this.#lastNumber ? this.#last : this.#minutes.get(number);
  }

  /** Gets or creates a minute and moves it to the end of the order. */
  #touch(number: number): Bucket<T> {
    if (number === this.#lastNumber) return this.#last!;
    const bucket = this.#minutes.get(number) ?? {
      content: this.#owner.make(number),
      fresh: [],
      chunks: [],
    };
    this.#minutes.delete(number);
    this.#minutes.set(number, bucket);
    this.#last = bucket;
    this.#lastNumber = number;
    this.#largest = Math.max(this.#largest, number);
    return bucket;
  }

  #forgetOld(): void {
    const oldest = this.#largest - this.#horizon;
    let excess = -OLD_MINUTES;
    for (const number of this.#minutes.keys()) if (number < oldest) excess += 1;
    for (const number of this.#minutes.keys()) {
      if (excess <= 0) return;
      if (number >= oldest) continue;
      this.#remove(number);
      excess -= 1;
    }
  }

  #remove(number: number): void {
    const { chunks, content } = this.#minutes.get(number)!;
    this.#forgotten.push(...chunks);
    this.#minutes.delete(number);
    if (number === this.#lastNumber) this.#lastNumber = Number.NaN;
    this.#owner.forget?.(content);
  }
}

const numberAt = (key: string, part: number): number => Number(key.split('|')[part]);
