import { onTestFinished } from 'vitest';
import type { NewRecord } from '../../../src/core/stream/record.ts';
import type { Bar } from '../../../src/market/prices/bar.ts';
import { binance } from '../../../src/sources/binance/binance.ts';
import { TIME_OUT_MS } from '../../../src/sources/shared/http/client.ts';
import type { Chunk } from '../../../src/sources/source.ts';
import { klineRow } from '../../stubs/binance/klines.ts';
import { type BinanceStub, startBinanceStub } from '../../stubs/binance.ts';
import { type Turned, turned } from '../turned.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

type Settings = Parameters<typeof binance.read>[0];

/** What the source reads by default: bars of one minute of bitcoin. */
export const settingsOf = ({ url, wsUrl }: BinanceStub, changes: Partial<Settings> = {}): Settings => ({
  coins: ['btc'],
  quote: undefined,
  interval: 0,
  since: undefined,
  provisional: false,
  binanceUrl: url,
  binanceWsUrl: wsUrl,
  binanceDumpsUrl: url,
  kinds: ['prices'],
  topic: undefined,
  ...changes,
});

/** Requests do not time out: the clock is turned faster than the network answers. */
function withoutTimeOuts(around: Turned): Turned {
  const { context } = around;
  const sleep: typeof context.sleep = (span, until) =>
    span === TIME_OUT_MS && until !== undefined
      ? new Promise((resolve) => {
          for (const signal of [until, context.signal])
            signal.addEventListener('abort', () => resolve(), { once: true });
        })
      : context.sleep(span, until);
  return { ...around, context: { ...context, sleep } };
}

/** A stub that shares the clock of the source. */
export async function together(changes: Parameters<typeof turned>[0] = {}) {
  const around = withoutTimeOuts(turned(changes));
  const stub = await startBinanceStub({ now: around.context.now });
  onTestFinished(async () => {
    around.stop.abort();
    await stub.close();
  });
  const read = (changes: Partial<Settings> = {}, { context } = around) =>
    binance.read(settingsOf(stub, changes), context);
  return { around, stub, read };
}

/** A run that is read up to its end, or to so many chunks. Positions last from run to run. */
export async function collect(chunks: AsyncIterable<Chunk>, around: Turned, most = Number.POSITIVE_INFINITY) {
  const records: NewRecord[] = [];
  let count = 0;
  for await (const chunk of chunks) {
    if (chunk.position) around.positions.set(chunk.position.name, chunk.position.value);
    records.push(...chunk.records);
    if (++count >= most) break;
  }
  return records;
}

const nextTurns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
};

/** A source that runs while the test turns the clock. */
export function running(chunks: AsyncIterable<Chunk>, around: Turned, stub: BinanceStub) {
  const records: NewRecord[] = [];
  let outcome: { error?: unknown } | undefined;
  const read = async () => {
    for await (const chunk of chunks) {
      if (chunk.position) around.positions.set(chunk.position.name, chunk.position.value);
      records.push(...chunk.records);
    }
  };
  read().then(
    () => {
      outcome = {};
    },
    (error: unknown) => {
      outcome = { error };
    },
  );
  const step = async (span: number): Promise<void> => {
    around.turn(span);
    stub.streams.tick();
    await nextTurns(8);
  };
  return {
    records,
    /** Lets time pass in steps. */
    async pass(span: number, each = 1000): Promise<void> {
      for (let left = span; left > 0; left -= each) await step(Math.min(each, left));
    },
    /** Lets time pass until something is true. */
    async until(isTrue: () => boolean, each = 500): Promise<void> {
      for (let count = 0; !isTrue(); count++) {
        if (count > 100_000) throw new Error('it never came true');
        await step(each);
      }
    },
    /** Stops the source as the end of a run does; throws what it threw. */
    async stop(): Promise<void> {
      around.stop.abort();
      while (outcome === undefined) await nextTurns(1);
      if (outcome.error !== undefined) throw outcome.error;
    },
    /** Resolves with the error that ends it. */
    async failure(): Promise<unknown> {
      while (outcome === undefined) await step(100);
      return outcome.error;
    },
  };
}

export const barsIn = (records: readonly NewRecord[]): Bar[] =>
  records.filter(({ headers }) => headers.schema === 'bar/1').map(({ value }) => JSON.parse(value!) as Bar);

export const gapsIn = (records: readonly NewRecord[]): Record<string, unknown>[] =>
  records.filter(({ topic }) => topic === 'gaps').map(({ value }) => JSON.parse(value!));

/** Start, open, high, low, close, volume, quote volume, trades. */
export const facts = (bar: Bar): unknown[] => [
  Date.parse(bar.start),
  ...[bar.open, bar.high, bar.low, bar.close, bar.volume, bar.quote_volume, bar.trades],
];

/** What the exchange has of [from, to). */
export function expected(stub: BinanceStub, symbol: string, from: number, to: number, interval = MINUTE) {
  const market = stub.exchange.markets.get(symbol)!;
  const bars: unknown[][] = [];
  for (let start = from; start < to; start += interval) {
    if (!stub.exchange.has(market, start)) continue;
    const [t, o, h, l, c, v, , q, n] = klineRow(market, start, interval);
    bars.push([t, ...[o, h, l, c, v, q, n].map(Number)]);
  }
  return bars;
}
