import type { Restored, StateChange } from '../../../core/stream/keyed-state.ts';
import { type TimeSpans, withinSpans } from '../../../core/stream/windows/within-spans.ts';
import { lowerBound } from '../../../core/util/binary-search.ts';
import type { Millis } from '../../../core/util/time.ts';
import { PostBucket } from '../../../market/signals/post-bucket.ts';

const POSTS = 'posts|';

interface Slot {
  readonly start: Millis;
  readonly length: Millis;
  readonly bucket: PostBucket;
}

/** The posts of every coin, summarized by spans of `unit`, for as long as a window needs them. */
export class PostBuckets {
  /** By coin, in order of their starts. */
  readonly #slots = new Map<string, Slot[]>();
  readonly #dirty = new Map<string, Set<Slot>>();
  /** Names of those stored. */
  readonly #stored = new Set<string>();

  constructor(
    readonly unit: Millis,
    restored: Restored,
  ) {
    for (const [name, text] of restored) {
      if (!name.startsWith(POSTS)) continue;
      const [length, start, ...coin] = name.slice(POSTS.length).split('|');
      const bucket = PostBucket.from(JSON.parse(text));
      this.#insert(coin.join('|'), { start: Number(start), length: Number(length), bucket });
      this.#stored.add(name);
    }
  }

  /** The bucket that holds a time; the caller changes it. */
  at(coin: string, time: Millis): PostBucket {
    const found = this.find(coin, time);
    if (found !== undefined) return found;
    const slot = { start: this.#startOf(time), length: this.unit, bucket: new PostBucket() };
    this.#insert(coin, slot);
    return this.#touched(coin, slot);
  }

  /** The bucket that holds a time, if it is still kept; the caller changes it. */
  find(coin: string, time: Millis): PostBucket | undefined {
    const start = this.#startOf(time);
    const slots = this.#slots.get(coin) ?? [];
    let at = lowerBound(0, slots.length, (index) => slots[index]!.start >= start);
    // Those of an earlier run may have another length.
    while (slots[at]?.start === start && slots[at]!.length !== this.unit) at += 1;
    const slot = slots[at];
    return slot?.start === start ? this.#touched(coin, slot) : undefined;
  }

  /** All posts within [from, to). */
  within(coin: string, from: Millis, to: Millis): PostBucket {
    const sum = new PostBucket();
    const slots = this.#slots.get(coin) ?? [];
    const first = lowerBound(0, slots.length, (at) => slots[at]!.start >= from);
    for (let at = first; at < slots.length && slots[at]!.start < to; at++)
      if (slots[at]!.start + slots[at]!.length <= to) sum.merge(slots[at]!.bucket);
    return sum;
  }

  /** What changed since the last call. `spansOf`: the spans that a coin's windows still need, in order of time. */
  changes(spansOf: (coin: string) => TimeSpans, touched: Iterable<string>): StateChange[] {
    const changes: StateChange[] = [];
    for (const coin of new Set([...touched, ...this.#dirty.keys()])) {
      const isNeeded = withinSpans(spansOf(coin));
      const dirty = this.#dirty.get(coin);
      const kept: Slot[] = [];
      for (const slot of this.#slots.get(coin) ?? []) {
        const isKept = isNeeded(slot.start);
        if (isKept) kept.push(slot);
        if (isKept && dirty?.has(slot) !== true) continue;
        const name = `${POSTS}${slot.length}|${slot.start}|${coin}`;
        if (isKept) {
          changes.push([name, JSON.stringify(slot.bucket)]);
          this.#stored.add(name);
        } else if (this.#stored.delete(name)) changes.push([name, null]);
      }
      if (kept.length === 0) this.#slots.delete(coin);
      else this.#slots.set(coin, kept);
    }
    this.#dirty.clear();
    return changes;
  }

  #startOf(time: Millis): Millis {
    return Math.floor(time / this.unit) * this.unit;
  }

  #touched(coin: string, slot: Slot): PostBucket {
    const dirty = this.#dirty.get(coin);
    if (dirty === undefined) this.#dirty.set(coin, new Set([slot]));
    else dirty.add(slot);
    return slot.bucket;
  }

  #insert(coin: string, slot: Slot): void {
    const slots = this.#slots.get(coin) ?? [];
    const at = lowerBound(0, slots.length, (index) => slots[index]!.start > slot.start);
    slots.splice(at, 0, slot);
    this.#slots.set(coin, slots);
  }
}
