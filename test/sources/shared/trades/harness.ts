import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Check } from '../../../../src/core/check.ts';
import type { NewRecord } from '../../../../src/core/stream/record.ts';
import { coinbase } from '../../../../src/sources/coinbase/coinbase.ts';
import { kraken } from '../../../../src/sources/kraken/kraken.ts';
import type { Chunk, SourceContext } from '../../../../src/sources/source.ts';
import { type HandClock, handClock } from '../../../hand-clock.ts';
import { startCoinbaseStub } from '../../../stubs/coinbase.ts';
import type { ExchangeStub, ExchangeStubSettings } from '../../../stubs/exchange/exchange-stub.ts';
import { startKrakenStub } from '../../../stubs/kraken.ts';

// Loaded before the clock is turned: the source loads it when it connects, which takes real time.
await import('undici');

export const START = Date.UTC(2026, 2, 2, 10, 15, 30);

export type ExchangeName = 'coinbase' | 'kraken';

export interface ExchangeSettings {
  readonly coins: readonly string[];
  readonly quote: string | undefined;
  readonly since: number | undefined;
  readonly topic: string | undefined;
}

const DEFAULTS: ExchangeSettings = { coins: ['btc'], quote: undefined, since: undefined, topic: undefined };

export const startExchange = (name: ExchangeName, settings: ExchangeStubSettings): Promise<ExchangeStub> =>
  name === 'coinbase' ? startCoinbaseStub(settings) : startKrakenStub(settings);

export const symbolsOf = (name: ExchangeName) =>
  name === 'coinbase'
    ? { btc: 'BTC-USD', eth: 'ETH-USD', doge: 'DOGE-USD' }
    : { btc: 'BTC/USD', eth: 'ETH/USD', doge: 'DOGE/USD' };

/** What outlives a run: positions and records of the bus, and the log lines. */
export class TradeDesk {
  readonly positions = new Map<string, string>();
  readonly records: NewRecord[] = [];
  readonly counts: Record<string, number> = {};
  readonly logged: string[] = [];
  readonly warnings: string[] = [];
  readonly notes = new Set<string>();
  chunks = 0;
  once = false;

  constructor(readonly clock: HandClock) {}

  context(signal: AbortSignal): SourceContext {
    const { clock } = this;
    return {
      signal,
      now: clock.now,
      monotonic: clock.monotonic,
      stdin: () => Readable.from([]),
      sleep: (span, until) => clock.sleep(span, signal, until),
      position: async (name) => this.positions.get(name),
      once: this.once,
      secret: () => undefined,
      proxy: () => undefined,
      random: () => 0,
      status: (note) => void (note && this.notes.add(note)),
      print: () => {},
      info: (message) => this.logged.push(message),
      warn: (message) => {
        this.logged.push(message);
        this.warnings.push(message);
      },
    };
  }

  keep({ records, counts, position }: Chunk): void {
    this.chunks++;
    this.records.push(...records);
    for (const [reason, count] of Object.entries(counts ?? {}))
      this.counts[reason] = (this.counts[reason] ?? 0) + count;
    if (position) this.positions.set(position.name, position.value);
  }

  values(topic: string): Record<string, unknown>[] {
    return this.records
      .filter((record) => record.topic === topic)
      .map(({ value }) => JSON.parse(value!) as Record<string, unknown>);
  }

  /** Trade ids of a pair, in the order in which they were written. */
  ids(name: ExchangeName, base = 'btc'): number[] {
    return this.values(`prices-${name}`)
      .filter((value) => value.base === base)
      .map(({ trade_id }) => Number(trade_id));
  }

  /** How many trades have been written. */
  written(name: ExchangeName): number {
    return this.records.filter(({ topic }) => topic === `prices-${name}`).length;
  }

  gaps(): Record<string, unknown>[] {
    return this.values('gaps');
  }
}

export interface TradeRun {
  /** Resolves when the source has ended; rejects with its error. */
  readonly ended: Promise<void>;
  isOver(): boolean;
  stop(): Promise<void>;
  /** As kill -9: nothing more is kept. */
  kill(): void;
}

const chunksOf = (
  name: ExchangeName,
  stub: Pick<ExchangeStub, 'url' | 'wsUrl'>,
  settings: Partial<ExchangeSettings>,
  context: SourceContext,
): AsyncIterable<Chunk> => {
  const merged = { ...DEFAULTS, ...settings, kinds: ['prices'] as const };
  return name === 'coinbase'
    ? coinbase.read({ ...merged, coinbaseUrl: stub.url, coinbaseWsUrl: stub.wsUrl }, context)
    : kraken.read({ ...merged, krakenUrl: stub.url, krakenWsUrl: stub.wsUrl }, context);
};

/** Runs the source as a stage does. `chunkLimit`: it is killed before the chunk after so many. */
export function runTrades(
  name: ExchangeName,
  stub: Pick<ExchangeStub, 'url' | 'wsUrl'>,
  desk: TradeDesk,
  settings: Partial<ExchangeSettings> = {},
  chunkLimit = Number.POSITIVE_INFINITY,
): TradeRun {
  const abort = new AbortController();
  let isDead = false;
  let isOver = false;
  const ended = (async () => {
    let left = chunkLimit;
    for await (const chunk of chunksOf(name, stub, settings, desk.context(abort.signal))) {
      if (isDead || left-- <= 0) return;
      desk.keep(chunk);
    }
  })().finally(() => {
    isOver = true;
  });
  ended.catch(() => {});
  const stop = async (): Promise<void> => {
    abort.abort();
    await ended;
  };
  onTestFinished(() => stop().catch(() => {}));
  return {
    ended,
    isOver: () => isOver,
    stop,
    kill() {
      isDead = true;
      abort.abort();
    },
  };
}

/** What doctor finds. */
export async function checkTrades(
  name: ExchangeName,
  stub: Pick<ExchangeStub, 'url' | 'wsUrl'>,
  desk: TradeDesk,
  coins: readonly string[] = ['btc'],
): Promise<Check[]> {
  const context = desk.context(new AbortController().signal);
  const settings = { ...DEFAULTS, coins };
  const checks =
    name === 'coinbase'
      ? coinbase.live!.check({ ...settings, coinbaseUrl: stub.url, coinbaseWsUrl: stub.wsUrl }, context)
      : kraken.live!.check({ ...settings, krakenUrl: stub.url, krakenWsUrl: stub.wsUrl }, context);
  const found: Check[] = [];
  for await (const check of checks) found.push(check);
  return found;
}

/** Gives sockets the time to carry what is under way. */
export async function turnLoop(turns = 30): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
}

/** An exchange's clock: turned in steps, with a heartbeat each second and time for the sockets. */
export class Turner {
  #turned = 0;
  constructor(
    readonly clock: HandClock,
    readonly stub: Pick<ExchangeStub, 'beat'>,
  ) {}
  /** Without heartbeats the connection counts as dead. */
  beats = true;

  async #step(span: number): Promise<void> {
    await this.clock.turn(span);
    this.#turned += span;
    if (this.beats && this.#turned % 1000 < span) this.stub.beat();
  }

  async pass(span: number, step = 100): Promise<void> {
    await turnLoop();
    for (let left = span; left > 0; left -= step) {
      await this.#step(Math.min(step, left));
      await turnLoop(6);
    }
  }

  /** Throws after `most` of turned time. */
  async until(isSo: () => boolean, most = 120_000, step = 100): Promise<void> {
    for (let turned = 0; turned < most; turned += step) {
      for (let turn = 0; turn < 20; turn++) {
        if (isSo()) return;
        await turnLoop(1);
      }
      await this.#step(step);
    }
    throw new Error('it never came so far');
  }
}

/** An exchange and a desk on one hand-turned clock, until the test has ended. */
export async function stage(name: ExchangeName, settings: ExchangeStubSettings = {}) {
  const clock = handClock(START);
  const stub = await startExchange(name, { now: clock.now, ...settings });
  onTestFinished(() => stub.close());
  const desk = new TradeDesk(clock);
  const turner = new Turner(clock, stub);
  const until = (isSo: () => boolean, most?: number) => turner.until(isSo, most);
  const pass = (span: number) => turner.pass(span);
  return {
    clock,
    stub,
    desk,
    turner,
    until,
    pass,
    symbols: symbolsOf(name),
    run: (given: Partial<ExchangeSettings> = {}, chunkLimit?: number) =>
      runTrades(name, stub, desk, given, chunkLimit),
    /** Until the market is subscribed, and its first messages have been read. */
    async subscribed(symbol: string = symbolsOf(name).btc): Promise<void> {
      await until(() => stub.isSubscribed(symbol));
      await pass(300);
    },
  };
}

/** `first` to `last`. */
export const idRange = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
