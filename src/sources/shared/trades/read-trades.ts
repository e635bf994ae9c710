import { InvalidRecord } from '../../../core/stream/record.ts';
import { formatSpan, formatTime, type Millis, SECOND } from '../../../core/util/time.ts';
import { type Chunk, durably, type SourceContext } from '../../source.ts';
import { HttpError } from '../http/http-error.ts';
import type { Market } from '../markets.ts';
import { rejectLine } from '../rejects.ts';
import { type Backoff, backoff } from '../socket/backoff.ts';
import type { Frame } from '../socket/frame-queue.ts';
import { openSocket, type TextSocket } from '../socket/text-socket.ts';
import { UpgradeRefused } from '../socket/upgrade.ts';
import { catchUpTrades, seekStart } from './catch-up.ts';
import { FollowedMarkets } from './followed-markets.ts';
import { requestPage } from './page-requests.ts';
import { parsePositions, tradesPositionName } from './positions.ts';
import type { EndCause, FilledHole, TradeService } from './service.ts';

export interface TradeSettings {
  readonly topic: string;
  readonly markets: readonly Market[];
  /** Where a market without a position begins; undefined: with its next trade. */
  readonly since: Millis | undefined;
}

/** Without records, a position is stored this often. */
const POSITION_EVERY_MS: Millis = 5 * SECOND;
/** A connection that lasts this long was good: the next failure is the first one again. */
const STABLE_AFTER_MS: Millis = 10 * SECOND;
/** Failures in a row that pass without a warning. */
const PASSING_FAILURES = 3;

interface Ended {
  readonly cause: EndCause;
  readonly reason: string;
  /** Asked for by the service. */
  readonly waitMs?: Millis;
}

/** Reads the trades of markets, each once and in order: live, or with `once` from the position to now. */
export async function* readTrades(
  service: TradeService,
  settings: TradeSettings,
  context: SourceContext,
): AsyncGenerator<Chunk> {
  const { topic, markets, since } = settings;
  const positions = parsePositions(await context.position(tradesPositionName(service.name, topic)));
  const followed = new FollowedMarkets({ source: service.name, topic, markets, positions }, context);
  try {
    if (since !== undefined) await seekStart(service, followed, since, context);
    yield* durably(followed.chunk());
    yield* context.once
      ? catchUpTrades(service, followed, context)
      : new TradeReader(service, followed, topic, context).run();
  } catch (error) {
    if (!context.signal.aborted) throw error;
  }
}

class TradeReader {
  readonly #service: TradeService;
  readonly #followed: FollowedMarkets;
  readonly #topic: string;
  readonly #context: SourceContext;
  readonly #backoff: Backoff<EndCause>;
  /** The request for missing trades that is under way, also across connections. */
  #asking: Promise<FilledHole> | undefined;
  #storedAt: Millis;
  #failures = 0;
  #isMaintained = false;

  constructor(service: TradeService, followed: FollowedMarkets, topic: string, context: SourceContext) {
    this.#service = service;
    this.#followed = followed;
    this.#topic = topic;
    this.#context = context;
    this.#backoff = backoff(service.delays, context.random);
    this.#storedAt = context.monotonic();
  }

  /** Connects again and again until the source stops. */
  async *run(): AsyncGenerator<Chunk> {
    while (!this.#context.signal.aborted) {
      const ended = yield* this.#connectAndRead();
      if (this.#context.signal.aborted) return;
      this.#followed.outages.disconnected(ended.reason);
      yield this.#chunk();
      await this.#waitAfter(ended);
    }
  }

  async *#connectAndRead(): AsyncGenerator<Chunk, Ended> {
    const { now, monotonic } = this.#context;
    const { socketUrl, silenceMs } = this.#service;
    let socket: TextSocket;
    try {
      socket = await openSocket({ url: socketUrl, silenceMs }, this.#context);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      return endedBy(error);
    }
    const openedAt = monotonic();
    this.#isMaintained = false;
    try {
      this.#followed.connected(now());
      this.#subscribe(socket);
      return yield* this.#read(socket, openedAt + STABLE_AFTER_MS);
    } finally {
      await socket.close();
    }
  }

  #succeeded(): void {
    if (this.#failures > PASSING_FAILURES) this.#context.info(`${this.#service.name} answers again`);
    this.#failures = 0;
    this.#backoff.reset();
  }

  #subscribe(socket: TextSocket): void {
    for (const text of this.#service.subscribe(this.#followed.symbols)) socket.send(text);
  }

  async *#read(socket: TextSocket, stableAt: Millis): AsyncGenerator<Chunk, Ended> {
    let reading = this.#nextFrames(socket);
    for (;;) {
      this.#ask();
      const next = await Promise.race(this.#asking === undefined ? [reading] : [reading, this.#asking]);
      if ('symbol' in next) {
        this.#asking = undefined;
        this.#followed.acceptFilled(next, this.#context.now());
        yield this.#chunk();
        continue;
      }
      if (next.frames === undefined)
        return { cause: this.#isMaintained ? 'maintenance' : 'connection', reason: socket.end!.reason };
      if (this.#context.monotonic() >= stableAt) this.#succeeded();
      const failed = this.#takeFrames(next.frames, socket);
      this.#followed.outages.seen(socket.lastSeen);
      if (this.#isChunkDue()) yield this.#chunk();
      if (failed !== undefined) return failed;
      reading = this.#nextFrames(socket);
    }
  }

  async #nextFrames(socket: TextSocket): Promise<{ readonly frames: readonly Frame[] | undefined }> {
    return { frames: await socket.next() };
  }

  /** Starts a request for missing trades, unless one is under way. */
  #ask(): void {
    if (this.#asking !== undefined) return;
    const hole = this.#followed.nextHole();
    this.#context.behind?.(hole !== undefined);
    if (hole === undefined) return;
    this.#asking = requestPage(this.#service, hole, this.#context);
    this.#asking.catch(() => {});
  }

  /** Takes messages; returns how the connection ended if one says so. */
  #takeFrames(frames: readonly Frame[], socket: TextSocket): Ended | undefined {
    const { name } = this.#service;
    for (const { text, at } of frames) {
      try {
        for (const event of this.#service.read(text)) {
          if (event.kind === 'failed') return event;
          const isFollowed = event.kind === 'state' || this.#followed.sequenceOf(event.symbol) !== undefined;
          if (event.kind === 'refused' && !isFollowed) return { cause: 'connection', reason: event.reason };
          if (event.kind === 'state') this.#isMaintained = event.note !== undefined;
          if (event.kind === 'state') this.#context.status(event.note && `${name}: ${event.note}`);
          else this.#followed.accept(event, at);
          if (event.kind === 'refused' && event.retries) this.#subscribe(socket);
        }
      } catch (error) {
        if (!(error instanceof InvalidRecord)) throw error;
        this.#followed.reject(rejectLine({ source: name, topic: this.#topic }, text, error.message, at));
      }
    }
    return undefined;
  }

  #isChunkDue(): boolean {
    return this.#followed.hasRecords || this.#context.monotonic() - this.#storedAt >= POSITION_EVERY_MS;
  }

  #chunk(): Chunk {
    this.#storedAt = this.#context.monotonic();
    return this.#followed.chunk();
  }

  async #waitAfter({ cause, reason, waitMs }: Ended): Promise<void> {
    const { sleep, status, warn } = this.#context;
    const { name } = this.#service;
    const delay = this.#backoff.next(cause, waitMs);
    this.#failures++;
    if (cause !== 'connection' || this.#failures === PASSING_FAILURES + 1)
      warn(`${name}: ${reason}; trying again in ${formatSpan(delay)}`);
    if (delay === 0) return;
    status(`${name}: disconnected since ${formatTime(this.#followed.outages.resumeFrom)}: ${reason}`);
    await sleep(delay);
    status(undefined);
  }
}

/** How a connect failed. */
function endedBy(error: HttpError): Ended {
  const { message: reason, waitMs } = error;
  const status = error instanceof UpgradeRefused ? error.status : 0;
  const cause = status === 429 ? 'rate limit' : status === 403 || status === 451 ? 'block' : 'connection';
  return { cause, reason, waitMs };
}
