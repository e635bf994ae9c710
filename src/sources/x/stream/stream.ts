import type { NewRecord } from '../../../core/stream/record.ts';
import type { Millis } from '../../../core/util/time.ts';
import { waitUntil } from '../../shared/poll/wait.ts';
import { gapTracker } from '../../shared/socket/gap-tracker.ts';
import { wakeup } from '../../shared/socket/wakeup.ts';
import { type Chunk, durably, type SourceContext } from '../../source.ts';
import type { Opened } from '../api/client.ts';
import { XApiError } from '../api/error.ts';
import { awayNote, patience } from '../api/retry.ts';
import { lineReader } from './line.ts';
import { type Count, monthlyQuota } from './monthly-quota.ts';
import { markName, type StreamPosition, writeMark } from './position.ts';
import { type End, readLoop, SILENCE_MS } from './read-loop.ts';
import { type Feed, feedOf } from './records.ts';
import type { Topics } from './topics.ts';

const MINUTE: Millis = 60_000;

export interface StreamSettings {
  /** `backfillMinutes`: how far back X is asked to begin; 0: with what is new. */
  readonly open: (backfillMinutes: number) => Promise<Opened>;
  /** X has said that it has no usable rule: looks after them. */
  readonly mendRules: () => Promise<void>;
  /** As the user wrote it; names the mark. */
  readonly topic: string;
  readonly topics: Topics;
  readonly before: StreamPosition;
  /** Posts of the month that went to other topics. */
  readonly elsewhere: Count;
  readonly backfillMs: Millis;
  readonly maxPosts: number;
}

/**
 * A stream that X is heard on for so long works. Those that end sooner wait, so that streams which each end at once stay
 * within X's limit: 50 connects in 15 minutes.
 */
const WORKS_AFTER_MS: Millis = (15 * MINUTE) / 50;

const isRefused = (error: unknown): boolean =>
  error instanceof XApiError && (error.status === 400 || error.status === 403);

/** Reads the stream for ever: reconnects by X's figures, marks the gaps, keeps within the posts of the month. */
export async function* readStream(given: StreamSettings, context: SourceContext): AsyncGenerator<Chunk> {
  const { signal, now, sleep, warn, status } = context;
  const spent = monthlyQuota(given.maxPosts, given.before, given.elsewhere, warn);
  const reader = lineReader(given.topics, given.topic, spent.post, context.maxAheadMs);
  const patient = patience(context);
  const alarm = wakeup(context);
  const absent = gapTracker(given.before.heard);
  let most = given.backfillMs / MINUTE;
  let marked: NewRecord[] = [];

  const chunk = (): Chunk => {
    const { records, counts } = reader.flush();
    const value = writeMark({ ...spent.counted(now()), heard: absent.safeUntil });
    status(spent.note(now()));
    const first = marked;
    marked = [];
    return {
      records: first.length === 0 ? records : [...first, ...records],
      counts,
      position: { name: markName(given.topic), value },
    };
  };

  /** Opens the stream; where the plan has no backfill, without it from then on. */
  async function open(): Promise<Feed> {
    let minutes = absent.minutes(now(), most);
    const opened = await given.open(minutes).catch(async (error: unknown) => {
      if (minutes === 0 || !isRefused(error)) throw error;
      const without = await given.open(0);
      most = 0;
      minutes = 0;
      warn(
        `X does not backfill (${(error as XApiError).message}); going on without: what a gap misses is lost`,
      );
      return without;
    });
    const feed = feedOf(opened, context, alarm.ring);
    marked.push(...absent.opened(now(), minutes));
    return feed;
  }

  /** Waits as trouble with a connect, or the end of a stream, asks. Throws the Problem of one that does not pass. */
  async function after(error: unknown, of: 'call' | 'stream'): Promise<void> {
    const { reason, rules, waitMs } = patient.after(error, of);
    absent.because(reason);
    if (waitMs > 0) {
      status(awayNote(absent.safeUntil ?? now(), reason));
      await sleep(waitMs);
    }
    if (rules && !signal.aborted) await given.mendRules();
  }

  /** Reads an open stream to its end. */
  async function* follow(feed: Feed): AsyncGenerator<Chunk, End> {
    let since = now();
    const heard = (at: Millis): void => {
      absent.heard(at);
      // Later than what came: the clock was set back.
      since = Math.min(since, at);
      if (at - since < WORKS_AFTER_MS) return;
      patient.well();
      marked.push(...absent.over());
    };
    const isFull = () => spent.blockedUntil(now()) !== undefined;
    yield chunk();
    const stream = readLoop(feed, { alarm, reader, isFull, heard }, context);
    let step = await stream.next();
    for (; !step.done; step = await stream.next()) yield chunk();
    absent.heard(step.value.heard);
    return step.value;
  }

  /** Nothing more may be taken: waits for the next month. */
  async function* pause(until: Millis): AsyncGenerator<Chunk> {
    absent.because('max-posts');
    const day = new Date(until).toISOString().slice(0, 10);
    warn(`--max-posts: ${spent.note(now())}; X is read again from ${day} (UTC)`);
    yield chunk();
    await waitUntil(until, context);
  }

  if (given.before.heard !== undefined) absent.because('restart');
  else {
    // From now on there are gaps, also for a process that is killed in its first moments.
    absent.heard(now());
    yield* durably(chunk());
  }
  while (!signal.aborted) {
    const until = spent.blockedUntil(now());
    if (until !== undefined) {
      yield* pause(until);
      continue;
    }
    let feed: Feed;
    try {
      feed = await open();
    } catch (error) {
      if (!signal.aborted) await after(error, 'call');
      continue;
    }
    try {
      const { how, trouble } = yield* follow(feed);
      if (how === 'lost') await after(trouble, 'stream');
      if (how === 'silent') {
        absent.because('silence');
        warn(`X: not a byte for ${SILENCE_MS / 1000} s; reconnecting`);
      }
    } finally {
      await feed.close();
    }
  }
}
