import { UserError } from '../../../core/errors.ts';
import { InvalidRecord, type NewRecord } from '../../../core/stream/record.ts';
import { doublingDelay } from '../../../core/util/retry.ts';
import { formatSpan, formatTime, MINUTE, type Millis, SECOND } from '../../../core/util/time.ts';
import { withTimeout } from '../../../core/util/timeout.ts';
import { HttpError } from '../../shared/http/http-error.ts';
import { wait } from '../../shared/poll/wait.ts';
import { rejectLine } from '../../shared/rejects.ts';
import { backoff } from '../../shared/socket/backoff.ts';
import type { Frame } from '../../shared/socket/frame-queue.ts';
import { openSocket, type TextSocket } from '../../shared/socket/text-socket.ts';
import type { Chunk } from '../../source.ts';
import { catchUp } from '../bars/catch-up.ts';
import { type BinanceRun, barOrReject, fillByRest } from '../bars/fill.ts';
import type { BarSeries } from '../bars/progress.ts';
import { regionBlocked } from '../rest/refusals.ts';
import { readMessage, type StreamMessage, subscription } from './messages.ts';

/** Binance pings every 20 s. */
const SILENCE_MS: Millis = 45 * SECOND;
/** A connection that lived this long ended by chance. */
const STABLE_AFTER_MS: Millis = MINUTE;
/** At once after a stable connection; far below 300 attempts in 5 minutes. */
const LOST = {
  after: (failures: number) => (failures === 1 ? 0 : doublingDelay(SECOND, 30 * SECOND)(failures - 1)),
};
/** How often series that stay silent are looked for, and how late a bar may come. */
const QUIET_MS: Millis = 10 * SECOND;
const QUIET = Symbol('quiet');

export interface LiveSettings {
  readonly series: readonly BarSeries[];
  /** wss://HOST, without path. */
  readonly url: string;
  /** Also write bars that are still running. */
  readonly provisional: boolean;
}

/** Reads bars as they end, until the source stops. After each connect, REST gives what was missed. */
export class LiveBars {
  readonly #settings: LiveSettings;
  readonly #run: BinanceRun;
  readonly #bySymbol: ReadonlyMap<string, BarSeries>;
  /** When a silent series was last asked for by REST. */
  readonly #askedAt = new Map<BarSeries, Millis>();
  #records: NewRecord[] = [];

  constructor(settings: LiveSettings, run: BinanceRun) {
    this.#settings = settings;
    this.#run = run;
    this.#bySymbol = new Map(settings.series.map((series) => [series.market.symbol, series]));
  }

  async *read(): AsyncGenerator<Chunk> {
    const { context, progress } = this.#run;
    const { signal, now, random, warn, behind } = context;
    const delays = backoff({ lost: LOST }, random);
    /** A connection that the service is about to close: it is dropped once the next one is open. */
    let closing: TextSocket | undefined;
    while (!signal.aborted) {
      const socket = await this.#connect(closing);
      const openedAt = now();
      closing = undefined;
      try {
        // First subscribed, then filled: what ends in between comes by the stream.
        yield* catchUp(this.#settings.series, openedAt, this.#run);
        if (!signal.aborted) behind?.(false);
        const isShutdown = yield* this.#readSocket(socket);
        progress.gaps.seen(socket.lastSeen);
        if (socket.end?.how === 'stopped') return yield progress.chunk();
        if (now() - openedAt >= STABLE_AFTER_MS) delays.reset();
        if (isShutdown) closing = socket;
        else if (socket.end !== undefined) {
          progress.gaps.disconnected(socket.end.reason);
          if (socket.end.how !== 'closed') warn(`binance: ${socket.end.reason}; reconnecting`);
        }
      } finally {
        if (closing === undefined) await socket.close();
      }
      await wait(delays.next('lost'), context);
    }
    await closing?.close();
  }

  async #connect(closing: TextSocket | undefined): Promise<TextSocket> {
    const { retryCall, progress, context } = this.#run;
    const { url, series } = this.#settings;
    const { host } = new URL(url);
    try {
      const socket = await retryCall(async () => {
        try {
          return await openSocket({ url: `${url}/stream`, silenceMs: SILENCE_MS }, context);
        } catch (error) {
          if (!(error instanceof HttpError)) throw error;
          if (error.status === 451) throw regionBlocked(host);
          progress.gaps.disconnected(error.message);
          throw error;
        }
      });
      if (closing?.end !== undefined) {
        progress.gaps.seen(closing.lastSeen);
        progress.gaps.disconnected(closing.end.reason);
      }
      const symbols = series.map(({ market }) => market.symbol);
      socket.send(subscription(symbols, formatSpan(progress.settings.interval)));
      return socket;
    } finally {
      await closing?.close();
    }
  }

  /** Reads a connection to its end. True if the service announced that it closes it. */
  async *#readSocket(socket: TextSocket): AsyncGenerator<Chunk, boolean> {
    const { context, progress } = this.#run;
    let pending = socket.next();
    for (;;) {
      const frames = await withTimeout(context, QUIET_MS, pending, (): typeof QUIET => QUIET);
      if (frames === undefined) return false;
      let isShutdown = false;
      if (frames !== QUIET) {
        pending = socket.next();
        isShutdown = yield* this.#takeFrames(frames);
        progress.gaps.seen(socket.lastSeen);
        if (this.#records.length > 0) yield this.#flush();
      }
      if (isShutdown) return true;
      yield* this.#askQuiet();
    }
  }

  async *#takeFrames(frames: readonly Frame[]): AsyncGenerator<Chunk, boolean> {
    const { context, progress } = this.#run;
    const running = new Map<BarSeries, NewRecord>();
    let isShutdown = false;
    for (const { at, text } of frames) {
      const message = this.#parse(text, at);
      if (message?.kind === 'shutdown') isShutdown = true;
      if (message?.kind !== 'kline') continue;
      const series = this.#bySymbol.get(message.symbol);
      if (series === undefined) continue;
      const start = Number(message.row[0]);
      const isAligned = start % series.interval === 0;
      if (isAligned && start > progress.untilOf(series)!) yield* this.#closeHole(series, start);
      if (isAligned && start !== progress.untilOf(series)) continue;
      if (!message.isFinal && !this.#settings.provisional) continue;
      const bar = barOrReject(series, start, message.row, message.isFinal, formatTime(at), this.#run);
      running.delete(series);
      if (message.isFinal) this.#records.push(bar);
      else running.set(series, bar);
      if (message.isFinal && isAligned) progress.cover(series, start, start + series.interval);
      if (context.signal.aborted) break;
    }
    this.#records.push(...running.values());
    return isShutdown;
  }

  /** Rejects what is no message. Throws UserError for a refused subscription. */
  #parse(text: string, at: Millis): StreamMessage | undefined {
    const { settings } = this.#run.progress;
    try {
      const message = readMessage(text);
      if (message.kind !== 'refused') return message;
      throw new UserError(
        'failed',
        `binance refused the subscription (${message.reason})`,
        'Report it with this message: the request is wrong, so a retry does not help.',
      );
    } catch (error) {
      if (!(error instanceof InvalidRecord)) throw error;
      this.#records.push(rejectLine({ source: 'binance', topic: settings.topic }, text, error.message, at));
      return undefined;
    }
  }

  /** A bar has begun: those before it have ended, and REST has those that the stream did not bring. */
  async *#closeHole(series: BarSeries, start: Millis): AsyncGenerator<Chunk> {
    const { context, progress } = this.#run;
    if (this.#records.length > 0) yield this.#flush();
    while (!context.signal.aborted) {
      const until = yield* fillByRest(series, progress.untilOf(series)!, start, this.#run);
      if (until >= start) return;
      await context.sleep(SECOND);
    }
  }

  /** Asks REST for series of which no bar has come for long: a quiet market, or a subscription that brings nothing. */
  async *#askQuiet(): AsyncGenerator<Chunk> {
    const { context, progress } = this.#run;
    for (const series of this.#settings.series) {
      const now = context.now();
      const until = progress.untilOf(series)!;
      if (now - until < 2 * series.interval + QUIET_MS) continue;
      if (now - (this.#askedAt.get(series) ?? 0) < Math.max(series.interval, QUIET_MS)) continue;
      this.#askedAt.set(series, now);
      yield* fillByRest(series, until, undefined, this.#run);
    }
  }

  #flush(): Chunk {
    const records = this.#records;
    this.#records = [];
    return this.#run.progress.chunk(records);
  }
}
