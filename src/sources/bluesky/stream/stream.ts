import { UserError } from '../../../core/errors.ts';
import { doublingDelay } from '../../../core/util/retry.ts';
import { formatTime, HOUR, type Millis, SECOND } from '../../../core/util/time.ts';
import { wait } from '../../shared/poll/wait.ts';
import { type Chunk, durably, type SourceContext } from '../../source.ts';
import { Authors } from '../authors.ts';
import { KeptPosts } from '../kept-posts.ts';
import { type JetstreamPosition, jetstreamPositionName } from '../position.ts';
import { ReplayEnd } from './replay-end.ts';
import { type OpenEvents, ServerChoice } from './server-choice.ts';
import { StreamReader } from './stream-reader.ts';

export interface JetstreamSettings {
  readonly topic: string;
  readonly hosts: readonly string[];
  readonly coins: readonly string[];
  readonly allPosts: boolean;
  /** Undefined: authors are not asked for. */
  readonly authorsUrl: string | undefined;
  readonly resume: JetstreamPosition | undefined;
}

/** A replay fills batches at once. */
const FULL_BATCH = 500;
const CHUNK_MS: Millis = SECOND;
/** A stream that stays open this long with events is stable: the next one may follow at once. */
const STABLE_AFTER_MS: Millis = 10 * SECOND;
const delayAfter = doublingDelay(SECOND, 30 * SECOND);
/** How far back the first run with `--once` begins. */
const FIRST_SPAN_ONCE_MS: Millis = HOUR;
/** Streams in a row that bring nothing new before a run with `--once` fails; more where there are more servers. */
const FAILURES_ONCE = 4;

/**
 * Reads events until the source stops, or with `once` up to the time of the connection: reconnects, resumes by number or time,
 * and marks gaps.
 */
export async function* readJetstreamStream(
  settings: JetstreamSettings,
  context: SourceContext,
): AsyncGenerator<Chunk> {
  const { topic, coins, allPosts, resume, authorsUrl } = settings;
  const emptyKept = { posts: [], segment: 0 };
  const kept = await KeptPosts.restore(jetstreamPositionName(topic), resume?.kept ?? emptyKept, context);
  const authors = authorsUrl === undefined ? undefined : new Authors(authorsUrl, context);
  const from = context.once && resume === undefined ? context.now() - FIRST_SPAN_ONCE_MS : undefined;
  const reader = new StreamReader({ topic, coins, allPosts, resume, kept, authors, from }, context);
  const stream = new JetstreamStream(settings, reader, context);
  try {
    if (resume !== undefined) reader.disconnected('restart');
    // Stored before connecting, so that a process killed in its first moments resumes from here.
    else yield* durably(await reader.chunk());
    while (!context.signal.aborted && !stream.isDone) yield* stream.connectAndRead();
  } finally {
    await authors?.close();
  }
}

/** One stream after the other, with the waits between them. */
class JetstreamStream {
  readonly #settings: JetstreamSettings;
  readonly #context: SourceContext;
  readonly #reader: StreamReader;
  readonly #servers: ServerChoice;
  #failures = 0;
  #isWarned = false;
  /** A run with `once` has read everything it reads. */
  isDone = false;

  constructor(settings: JetstreamSettings, reader: StreamReader, context: SourceContext) {
    this.#settings = settings;
    this.#context = context;
    this.#reader = reader;
    this.#servers = new ServerChoice(settings.hosts, settings.resume?.host, context);
  }

  async *connectAndRead(): AsyncGenerator<Chunk> {
    const { now, signal, status } = this.#context;
    const { cursor } = this.#reader;
    const opened = await this.#servers.open(cursor);
    if (signal.aborted) return void (await opened.stream?.close());
    if (opened.stream === undefined) return await this.#wait(opened.reason, opened.waitMs);
    status(undefined);
    cursor.opened(opened.stream.host, opened.stream.wire, now());
    try {
      yield* this.#read(opened.stream);
    } finally {
      await opened.stream.close();
    }
  }

  async *#read({ socket }: OpenEvents): AsyncGenerator<Chunk> {
    const { now, monotonic, signal, once, behind } = this.#context;
    const { cursor, gaps } = this.#reader;
    const openedAt = monotonic();
    const resumedAt = cursor.time;
    const replayEnd = new ReplayEnd(now());
    let flushedAt = openedAt;
    let events = 0;
    let failure: string | undefined;
    for (;;) {
      const frames = await socket.next();
      if (frames === undefined) break;
      for (const frame of frames) failure = this.#reader.take(frame) ?? failure;
      if (cursor.isRenumbered) break;
      events += frames.length;
      gaps.seen(socket.lastSeen);
      behind?.(gaps.isOpen);
      this.isDone = once && replayEnd.isReached(cursor.time, monotonic());
      const isReplaying = frames.length >= FULL_BATCH && socket.end === undefined && !this.isDone;
      if (isReplaying && !this.#reader.isFull && monotonic() - flushedAt < CHUNK_MS) continue;
      yield* this.#reader.flush();
      if (this.isDone) return;
      flushedAt = monotonic();
      if (events > 0 && flushedAt - openedAt >= STABLE_AFTER_MS) this.#succeeded();
    }
    yield* this.#reader.flush();
    if (signal.aborted) return;
    const { how, code, reason } = socket.end ?? {
      how: 'closed',
      code: 1000,
      reason: 'the server numbers its events anew',
    };
    // A run with `once` waits for events from now on, so that a server that only repeats the last one has failed.
    const hasNews = once ? cursor.time > resumedAt : events > 0;
    if (once && hasNews) this.#failures = 0;
    const isStable = hasNews && monotonic() - openedAt >= STABLE_AFTER_MS;
    await this.#ended(failure ?? (how === 'silent' ? 'silence' : reason), code, isStable);
  }

  #succeeded(): void {
    if (this.#isWarned) this.#context.info('bluesky answers again');
    this.#isWarned = false;
    this.#failures = 0;
  }

  /** After a stable stream the next one follows at once: on another server if this one shuts down. */
  async #ended(reason: string, code: number, isStable: boolean): Promise<void> {
    const { info } = this.#context;
    this.#reader.disconnected(reason);
    if (this.#reader.cursor.isRenumbered) return;
    if (isStable) {
      this.#succeeded();
      if (code === 1001 || reason === 'silence') this.#servers.next();
      info(`bluesky: ${reason}; reconnecting at once`);
    } else {
      this.#servers.next();
      await this.#wait(reason, 0);
    }
  }

  /** Waits before the next stream. Throws UserError `unavailable` under `once` after too many failures. */
  async #wait(reason: string, requestedMs: Millis): Promise<void> {
    const { status, warn, random, once } = this.#context;
    const { hosts } = this.#settings;
    this.#reader.disconnected(reason);
    this.#failures++;
    if (once && this.#failures >= Math.max(FAILURES_ONCE, hosts.length)) throw noServer(reason);
    const delay = Math.max(requestedMs, delayAfter(this.#failures) * (1 + random() / 10));
    status(`bluesky: away since ${formatTime(this.#reader.gaps.since)} (${reason})`);
    if (!this.#isWarned) warn(`bluesky: ${reason}; trying ${hosts.length > 1 ? 'other servers' : 'again'}`);
    this.#isWarned = true;
    await wait(delay, this.#context);
  }
}

const noServer = (reason: string): UserError =>
  new UserError(
    'unavailable',
    `bluesky: no server can be read: ${reason}`,
    'Run `cryptopipe doctor sources --source bluesky`, or try again later.',
    true,
  );
