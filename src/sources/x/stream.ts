import type { NewRecord } from '../../core/record.ts';
import type { Millis } from '../../core/time.ts';
import { gapRecord } from '../gap.ts';
import type { Chunk, SourceContext } from '../source.ts';
import { waitUntil } from '../wait.ts';
import { attend, type End, SILENCE_MS } from './attend.ts';
import { bell } from './bell.ts';
import type { Opened } from './client.ts';
import { type Feed, feedOf } from './feed.ts';
import { judge } from './judge.ts';
import { lineReader } from './line.ts';
import { type Mark, markName, writeMark } from './mark.ts';
import { patience } from './persist.ts';
import { spending } from './spending.ts';
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
  readonly before: Mark;
  readonly backfillMs: Millis;
  readonly maxPosts: number;
}

/** Since when we do not hear X, and why: each cause once, the first one first. */
interface Away {
  readonly from: Millis;
  readonly reasons: Set<string>;
}

/** Reads the stream for ever: reconnects by X's figures, marks the gaps, keeps within the posts of the month. */
export async function* readStream(given: StreamSettings, context: SourceContext): AsyncGenerator<Chunk> {
  const { signal, now, warn, info, status } = context;
  const spent = spending(given.maxPosts, given.before, warn);
  const reader = lineReader(given.topics, given.topic, spent.post);
  const patient = patience(context);
  const alarm = bell(context);
  let heard = given.before.heard;
  let away: Away | undefined;
  const isAway = (reason: string): void => {
    if (heard === undefined) return;
    away ??= { from: heard, reasons: new Set() };
    away.reasons.add(reason);
  };

  const chunk = (first: readonly NewRecord[] = []): Chunk => {
    const { records, counts } = reader.flush();
    const value = writeMark({ heard, ...spent.counted(now()) });
    status(spent.note(now()));
    return {
      records: first.length === 0 ? records : [...first, ...records],
      counts,
      position: { name: markName(given.topic), value },
    };
  };

  /** Minutes to ask for so that a gap is covered, as many as are allowed. */
  const backfillMinutes = (): number =>
    away === undefined ? 0 : Math.min(Math.ceil((now() - away.from) / MINUTE), given.backfillMs / MINUTE);

  const gapMarker = (minutes: number): NewRecord[] => {
    if (away === undefined) return [];
    const { from, reasons } = away;
    const to = now();
    const backfilled = minutes > 0 && to - from <= minutes * MINUTE;
    return [gapRecord({ source: 'x', from, to, reason: [...reasons].join(', '), backfilled })];
  };

  /** What an ended stream asks for before the next try. Throws the Problem that stops the source. */
  async function after({ how, trouble, wasLive }: End): Promise<void> {
    if (how === 'silent') {
      isAway('silence');
      warn(`X: not a byte for ${SILENCE_MS / 1000} s; reconnecting`);
      return;
    }
    if (how !== 'lost') return;
    const verdict = judge(trouble);
    if (verdict.act === 'stop') throw verdict.problem;
    if (verdict.cause === 'network' && wasLive) {
      isAway('disconnect');
      info(`X: ${trouble.message}; reconnecting at once`);
      return;
    }
    isAway(verdict.cause === 'network' ? 'disconnect' : verdict.reason);
    await retryAfter(trouble);
  }

  async function retryAfter(error: unknown): Promise<void> {
    const { reason, rules } = await patient.after(error);
    isAway(reason);
    if (rules && !signal.aborted) await given.mendRules();
  }

  /** Nothing more may be taken: waits for the next month. */
  async function* pause(until: Millis): AsyncGenerator<Chunk> {
    isAway('max-posts');
    const day = new Date(until).toISOString().slice(0, 10);
    warn(`--max-posts: ${spent.note(now())}; X is read again from ${day} (UTC)`);
    yield chunk();
    await waitUntil(until, context);
  }

  if (heard !== undefined) isAway('restart');
  else {
    // From now on there are gaps, also for a process that is killed in its first moments.
    heard = now();
    yield chunk();
  }
  while (!signal.aborted) {
    const until = spent.blockedUntil(now());
    if (until !== undefined) {
      yield* pause(until);
      continue;
    }
    const minutes = backfillMinutes();
    let feed: Feed;
    try {
      feed = feedOf(await given.open(minutes), now, alarm.ring);
    } catch (error) {
      if (!signal.aborted) await retryAfter(error);
      continue;
    }
    const stream = attend(
      feed,
      {
        alarm,
        reader,
        isFull: () => spent.blockedUntil(now()) !== undefined,
        heard: (at) => {
          heard = at;
          patient.well();
        },
      },
      context,
    );
    try {
      const first = gapMarker(minutes);
      heard = now();
      away = undefined;
      yield chunk(first);
      let step = await stream.next();
      for (; !step.done; step = await stream.next()) yield chunk();
      heard = step.value.heard;
      await after(step.value);
    } finally {
      await feed.close();
    }
  }
}
