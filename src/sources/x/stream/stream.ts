import type { NewRecord } from '../../../core/stream/record.ts';
import { MINUTE, type Millis } from '../../../core/util/time.ts';
import { waitUntil } from '../../shared/poll/wait.ts';
import { gapTracker } from '../../shared/socket/gap-tracker.ts';
import { wakeup } from '../../shared/socket/wakeup.ts';
import { type Chunk, durably, type SourceContext } from '../../source.ts';
import { XApiError } from '../api/error.ts';
import { formatOutage, retries } from '../api/retry.ts';
import type { Connection } from '../api/x-client.ts';
import { lineReader } from './line.ts';
import { monthlyQuota, type PostCount } from './monthly-quota.ts';
import { type OpenStream, openStreamOf } from './open-stream.ts';
import { formatPosition, positionName, type StreamPosition } from './position.ts';
import { readLoop, SILENCE_MS } from './read-loop.ts';
import type { PostTopics } from './topics.ts';

export interface StreamSettings {
  /** `backfillMinutes`: how far back X starts; 0: only new posts. */
  readonly connect: (backfillMinutes: number) => Promise<Connection>;
  /** Called when X reports that no rule is usable. */
  readonly repairRules: () => Promise<void>;
  /** As the user wrote it; names the stored position. */
  readonly topic: string;
  readonly topics: PostTopics;
  readonly resume: StreamPosition;
  /** This month's posts in other topics. */
  readonly elsewhere: PostCount;
  readonly backfillMs: Millis;
  readonly maxPosts: number;
}

/**
 * A stream that stays open this long is stable. Shorter ones back off, so that streams which end at once stay within
 * X's limit of 50 connects in 15 minutes.
 */
const STABLE_AFTER_MS: Millis = (15 * MINUTE) / 50;

type State =
  | { readonly name: 'connecting' }
  | { readonly name: 'reading'; readonly stream: OpenStream }
  | { readonly name: 'waiting'; readonly error: unknown; readonly of: 'call' | 'stream' }
  | { readonly name: 'over quota'; readonly until: Millis };

const CONNECTING: State = { name: 'connecting' };

const isRefused = (error: unknown): boolean =>
  error instanceof XApiError && (error.status === 400 || error.status === 403);

/** Reads the stream until the source stops: reconnects with X's delays, marks gaps, keeps to the monthly quota. */
export async function* readPostStream(
  settings: StreamSettings,
  context: SourceContext,
): AsyncGenerator<Chunk> {
  const machine = new StreamMachine(settings, context);
  yield* machine.start();
  let state = CONNECTING;
  // A stream that opened while the source stopped is still read to its end.
  while (!context.signal.aborted || state.name === 'reading') state = yield* machine.step(state);
}

class StreamMachine {
  readonly #settings: StreamSettings;
  readonly #context: SourceContext;
  readonly #quota;
  readonly #reader;
  readonly #retries;
  readonly #changed;
  readonly #gaps;
  #maxBackfill: number;
  /** Gap markers for the next chunk. */
  #markers: readonly NewRecord[] = [];

  constructor(settings: StreamSettings, context: SourceContext) {
    const { maxPosts, resume, elsewhere, topics, topic, backfillMs } = settings;
    this.#settings = settings;
    this.#context = context;
    this.#quota = monthlyQuota(maxPosts, resume, elsewhere, context.warn);
    const onPost = (at: Millis): void => {
      this.#quota.post(at);
      context.meter?.('posts billed');
    };
    this.#reader = lineReader(topics, topic, onPost, context.maxAheadMs);
    this.#retries = retries(context);
    this.#changed = wakeup(context);
    this.#gaps = gapTracker('x', resume.lastSeen);
    this.#maxBackfill = backfillMs / MINUTE;
  }

  *start(): Generator<Chunk> {
    if (this.#settings.resume.lastSeen !== undefined) return this.#gaps.disconnected('restart');
    // Stored before connecting, so that a process killed in its first moments still leaves a gap marker.
    this.#gaps.seen(this.#context.now());
    yield* durably(this.#chunk());
  }

  async *step(state: State): AsyncGenerator<Chunk, State> {
    switch (state.name) {
      case 'connecting':
        return await this.#connect();
      case 'reading':
        return yield* this.#read(state.stream);
      case 'waiting':
        await this.#wait(state.error, state.of);
        return CONNECTING;
      case 'over quota':
        yield* this.#waitForQuota(state.until);
        return CONNECTING;
    }
  }

  async #connect(): Promise<State> {
    const { now, signal } = this.#context;
    const until = this.#quota.blockedUntil(now());
    if (until !== undefined) return { name: 'over quota', until };
    try {
      const { connection, minutes } = await this.#open(this.#gaps.backfillMinutes(now(), this.#maxBackfill));
      this.#context.meter?.('connections');
      const stream = openStreamOf(connection, this.#context, this.#changed.notify);
      this.#addMarkers(this.#gaps.connected(now(), minutes));
      return { name: 'reading', stream };
    } catch (error) {
      return signal.aborted ? CONNECTING : { name: 'waiting', error, of: 'call' };
    }
  }

  /** Opens the stream; without backfill from now on if the plan does not include it. */
  async #open(minutes: number) {
    const { connect } = this.#settings;
    try {
      return { connection: await connect(minutes), minutes };
    } catch (error) {
      if (minutes === 0 || !isRefused(error)) throw error;
      const connection = await connect(0);
      this.#maxBackfill = 0;
      this.#context.warn(
        `X refused the backfill (${(error as XApiError).message}); continuing without it: posts missed in a gap are lost`,
      );
      return { connection, minutes: 0 };
    }
  }

  async *#read(stream: OpenStream): AsyncGenerator<Chunk, State> {
    const { now, warn } = this.#context;
    let since = now();
    const onSeen = (at: Millis): void => {
      this.#gaps.seen(at);
      // The clock may have been set back since the stream opened.
      since = Math.min(since, at);
      if (at - since < STABLE_AFTER_MS) return;
      this.#retries.succeeded();
      this.#addMarkers(this.#gaps.close());
    };
    const isOverQuota = () => this.#quota.blockedUntil(now()) !== undefined;
    const options = { changed: this.#changed, reader: this.#reader, isOverQuota, onSeen };
    try {
      yield this.#chunk();
      const loop = readLoop(stream, options, this.#context);
      let next = await loop.next();
      for (; !next.done; next = await loop.next()) yield this.#chunk();
      const { how, error, lastSeen } = next.value;
      this.#gaps.seen(lastSeen);
      if (how === 'lost') return { name: 'waiting', error, of: 'stream' };
      if (how === 'silent') {
        this.#gaps.disconnected('silence');
        warn(`X: no data for ${SILENCE_MS / 1000} s; reconnecting`);
      }
      return CONNECTING;
    } finally {
      await stream.close();
    }
  }

  /** Waits before the next connect. Throws UserError for a permanent error. */
  async #wait(error: unknown, of: 'call' | 'stream'): Promise<void> {
    const { now, sleep, status, signal } = this.#context;
    const { reason, rules, waitMs } = this.#retries.failed(error, of);
    this.#gaps.disconnected(reason);
    if (waitMs > 0) {
      status(formatOutage(this.#gaps.resumeFrom ?? now(), reason));
      await sleep(waitMs);
    }
    if (rules && !signal.aborted) await this.#settings.repairRules();
  }

  async *#waitForQuota(until: Millis): AsyncGenerator<Chunk> {
    const { now, warn } = this.#context;
    this.#gaps.disconnected('max-posts');
    const day = new Date(until).toISOString().slice(0, 10);
    warn(`--max-posts: ${this.#quota.note(now())}; reading from X resumes on ${day} (UTC)`);
    yield this.#chunk();
    await waitUntil(until, this.#context);
  }

  #addMarkers(markers: readonly NewRecord[]): void {
    if (markers.length > 0) this.#markers = [...this.#markers, ...markers];
  }

  #chunk(): Chunk {
    const { now, status, quota } = this.#context;
    const { topic } = this.#settings;
    const { records, counts } = this.#reader.flush();
    const value = formatPosition({ ...this.#quota.counted(now()), lastSeen: this.#gaps.resumeFrom });
    status(this.#quota.note(now()));
    quota?.(this.#quota.note(now()));
    const markers = this.#markers;
    this.#markers = [];
    return {
      records: markers.length === 0 ? records : [...markers, ...records],
      counts,
      position: { name: positionName(topic), value },
    };
  }
}
