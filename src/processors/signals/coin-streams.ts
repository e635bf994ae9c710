import { KeyedState, type Restored } from '../../core/stream/keyed-state.ts';
import type { KeyClock, TimeRules } from '../../core/stream/watermark.ts';
import { joinKey, splitKey } from '../../core/text/key.ts';
import type { Millis } from '../../core/util/time.ts';

const POSTS = 'posts|';

/** What a source sends about a coin; each kind has a clock of its own. */
export type StreamKind = 'posts' | 'ticks' | 'bars';

/**
 * The name of a stream among the sources of a coin; `part` tells apart what a source does not send in one order of time: prices by
 * currency, since conversions take time, and posts by the partition that they were selected from.
 */
export const streamOf = (kind: StreamKind, source: string, part: string): string =>
  joinKey(kind, source, part);

/** Whether a coin's clock has a stream of posts, or of prices. */
export const hasStream = ({ sources }: KeyClock, isOfPosts: boolean): boolean =>
  Object.keys(sources).some((name) => name.includes('|') && name.startsWith(POSTS) === isOfPosts);

/** Names remembered at once: a hostile source could make any number. */
const MOST_NAMES = 10_000;

/** How far the times of a stream may lag the clock: as its source's. Asked several times of each record, so it is remembered. */
export function lagOfStream(lagOf: TimeRules['lagOf']): TimeRules['lagOf'] {
  const known = new Map<string, Millis | undefined>();
  return (stream) => {
    const lag = known.get(stream);
    if (lag !== undefined || known.has(stream)) return lag;
    if (known.size >= MOST_NAMES) known.clear();
    const [, source] = splitKey(stream);
    const found = source === undefined ? undefined : lagOf(source);
    known.set(stream, found);
    return found;
  };
}

/** The streams of each coin, by the event time of their first record. */
export class CoinStreams {
  readonly #firsts: KeyedState<Record<string, Millis>>;
  /** The end of the windows before a live stream's first record, and of those that it was late for. */
  readonly #since: KeyedState<Record<string, Millis>>;

  constructor(
    restored: Restored,
    readonly lagOf: TimeRules['lagOf'],
  ) {
    this.#firsts = new KeyedState('streams|', restored);
    this.#since = new KeyedState('since|', restored);
  }

  note(coin: string, stream: string, time: Millis): void {
    lower(this.#firsts, coin, stream, time);
  }

  /** No window that ends up to `since` waits for the stream: its first record came after them, or was late for them. */
  countFrom(coin: string, stream: string, since: Millis): void {
    lower(this.#since, coin, stream, since);
  }

  /** The end of the windows that do not wait for a stream; -Infinity if all do. */
  sinceOf(coin: string, stream: string): Millis {
    return this.#since.get(coin)?.[stream] ?? Number.NEGATIVE_INFINITY;
  }

  /** Whether the coin has posts, or prices. */
  has(coin: string, isOfPosts: boolean): boolean {
    for (const stream in this.#firsts.get(coin)) if (stream.startsWith(POSTS) === isOfPosts) return true;
    return false;
  }

  /** Whether the coin has posts before `time`. */
  hasPosts(coin: string, time: Millis): boolean {
    const firsts = Object.entries(this.#firsts.get(coin) ?? {});
    return firsts.some(([stream, first]) => first < time && stream.startsWith(POSTS));
  }

  /** The sources of its posts that count in a window that ends at `end`. */
  postSources(coin: string, end: Millis): readonly string[] {
    const streams = this.#countedAt(coin, end).filter((stream) => stream.startsWith(POSTS));
    return [...new Set(streams.map((stream) => splitKey(stream)[1]!))];
  }

  /** The largest lag of the streams that count in a window that ends at `end`; 0 without one. */
  lagAt(coin: string, end: Millis): Millis {
    return Math.max(0, ...this.#countedAt(coin, end).map((stream) => this.lagOf(stream) ?? 0));
  }

  changes() {
    return [...this.#firsts.changes(), ...this.#since.changes()];
  }

  #countedAt(coin: string, end: Millis): readonly string[] {
    const firsts = Object.entries(this.#firsts.get(coin) ?? {});
    const since = this.#since.get(coin) ?? {};
    return firsts.filter(([stream, first]) => (since[stream] ?? first) < end).map(([stream]) => stream);
  }
}

/** Notes the least time of a stream. */
function lower(times: KeyedState<Record<string, Millis>>, coin: string, stream: string, time: Millis): void {
  const own = times.get(coin) ?? times.set(coin, {});
  if (Object.hasOwn(own, stream) && own[stream]! <= time) return;
  own[stream] = time;
  times.touch(coin);
}
