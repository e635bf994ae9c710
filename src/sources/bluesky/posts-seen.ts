import type { NewRecord } from '../../core/stream/record.ts';
import { formatTime, MINUTE, type Millis, SECOND } from '../../core/util/time.ts';

/** A minute is complete this long after its end: the old wire sends events out of order. */
const GRACE_MS: Millis = 5 * SECOND;

/** Posts by the start of their minute, oldest first; `since`: all posts from then on were counted. */
export interface SeenState {
  readonly since: Millis | null;
  readonly minutes: readonly (readonly [start: Millis, posts: number])[];
}

/** A count of all posts of the network within a span, for topic `posts-seen`. Every partition gets it. */
const seenRecord = (from: Millis, to: Millis, posts_seen: number): NewRecord => ({
  topic: 'posts-seen',
  partitionKey: null,
  key: `bluesky@${formatTime(from)}`,
  value: JSON.stringify({ source: 'bluesky', from: formatTime(from), to: formatTime(to), posts_seen }),
  headers: { source: 'bluesky', schema: 'posts-seen/1' },
});

/** Counts all posts of the network by minute, so that the number of those about a coin is a share of something. */
export class PostsSeen {
  readonly #minutes: Map<Millis, number>;
  #since: Millis | null;

  constructor({ since, minutes }: SeenState = { since: null, minutes: [] }) {
    this.#since = since;
    this.#minutes = new Map(minutes);
  }

  add(time: Millis): void {
    this.#since ??= time;
    // A post that arrives after its minute was written counts in the next minute.
    const counted = Math.max(this.#since, time);
    const minute = counted - (counted % MINUTE);
    this.#minutes.set(minute, (this.#minutes.get(minute) ?? 0) + 1);
  }

  /** The counts of minutes that are complete at this event time. */
  due(time: Millis): NewRecord[] {
    return this.#take((minute) => minute + MINUTE + GRACE_MS <= time, Number.POSITIVE_INFINITY);
  }

  /** Events between these times are missing: the counts end at the first and begin again at the second. */
  cut(from: Millis, to: Millis): NewRecord[] {
    const records = this.#take(() => true, from);
    this.#since = to;
    return records;
  }

  state(): SeenState {
    return { since: this.#since, minutes: [...this.#minutes] };
  }

  #take(isTaken: (minute: Millis) => boolean, latest: Millis): NewRecord[] {
    const records: NewRecord[] = [];
    for (const [minute, posts] of [...this.#minutes].sort(([a], [b]) => a - b)) {
      if (!isTaken(minute)) continue;
      this.#minutes.delete(minute);
      const from = Math.max(minute, this.#since ?? minute);
      const to = Math.max(from, Math.min(minute + MINUTE, latest));
      records.push(seenRecord(from, to, posts));
      this.#since = to;
    }
    return records;
  }
}
