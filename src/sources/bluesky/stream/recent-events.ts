import { createHash } from 'node:crypto';
import { type Millis, SECOND } from '../../../core/util/time.ts';

/** How far back a replay by time starts before the last event, and with it what two servers' clocks may differ. */
export const OVERLAP_MS: Millis = 5 * SECOND;
/** Events are remembered this long, in event time. */
const REMEMBERED_MS: Millis = 3 * OVERLAP_MS;
/** Some 50 posts come in a second. */
const MOST_EVENTS = 2000;

/** 48 bits of a text as 8 characters. */
export const shortHash = (text: string): string =>
  createHash('sha1').update(text).digest('base64url').slice(0, 8);

interface Remembered {
  readonly time: Millis;
  /** Made when it is first stored. */
  hash?: string;
}

/** The events of the last seconds, by which those that a replay by time repeats are known. */
export class RecentEvents {
  /** By key, in order of arrival. */
  readonly #events = new Map<string, Remembered>();
  /** Hashes of an earlier run; emptied once event time has passed them. */
  #earlier: Set<string>;
  readonly #earlierTime: Millis;

  /** `time`: the last event's when these were stored. */
  constructor(stored: readonly string[] = [], time: Millis = Number.NEGATIVE_INFINITY) {
    this.#earlier = new Set(stored);
    this.#earlierTime = time;
  }

  /** Adds an event; false for a repeat. */
  add(key: string, time: Millis): boolean {
    if (this.#earlier.size > 0 && this.#earlierTime < time - REMEMBERED_MS) this.#earlier = new Set();
    if (this.#events.has(key)) return false;
    if (this.#earlier.size > 0 && this.#earlier.has(shortHash(key))) return false;
    this.#events.set(key, { time });
    for (const [old, { time: at }] of this.#events) {
      if (at >= time - REMEMBERED_MS && this.#events.size <= MOST_EVENTS) break;
      this.#events.delete(old);
    }
    return true;
  }

  /** Their hashes, for the position. */
  stored(): readonly string[] {
    const hashes = [...this.#earlier];
    for (const [key, event] of this.#events) {
      event.hash ??= shortHash(key);
      hashes.push(event.hash);
    }
    return hashes;
  }
}
