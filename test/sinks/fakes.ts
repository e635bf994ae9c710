import type { Batch } from '../../src/core/stream/record.ts';
import { datasetOf } from '../../src/market/catalog/dataset-of.ts';
import type { SinkContext, SinkHost } from '../../src/sinks/sink.ts';

export interface FakeContext extends SinkContext {
  readonly rejected: { readonly offset: number; readonly reason: string }[];
  /** Monotonic time, and what the wall clock is ahead of it. */
  time: number;
  ahead: number;
}

/** A sink's context that records its rejects. The clock stands still until it is turned. */
export function fakeContext(topic = 'prices', given: Partial<SinkContext> = {}): FakeContext {
  const context: FakeContext = {
    topic,
    dataset: datasetOf(topic),
    group: 'app.file',
    identity: undefined,
    rejected: [],
    time: 1_772_445_600_000,
    ahead: 0,
    clock: {
      now: () => context.time + context.ahead,
      monotonic: () => context.time,
      sleep: async (span) => {
        context.time += span;
      },
    },
    maxWaitMs: 60_000,
    secret: () => undefined,
    info: () => {},
    warn: () => {},
    reject: async (batch, index, reason) => {
      context.rejected.push({ offset: batch.records[index]!.offset, reason });
    },
    ...given,
  };
  return context;
}

/** A process with one sink whose output is not a terminal and is dropped. */
export const HOST: SinkHost = { output: { print: async () => {}, width: undefined }, openSinks: 1 };

/** Values at consecutive offsets; objects become JSON, null is a tombstone. */
export function batchOf(
  values: readonly (object | string | null)[],
  { first = 0, partition = 0, topic = 'prices' } = {},
): Batch {
  const records = values.map((value, i) => ({
    offset: first + i,
    timestamp: 0,
    key: null,
    value: value === null || typeof value === 'string' ? value : JSON.stringify(value),
    headers: {},
  }));
  return { topic, partition, records, next: first + records.length };
}

export const price = (i: number, fields: object = {}) => ({
  coin: i % 2 === 0 ? 'btc' : 'eth',
  quote: 'usdt',
  price: 100 + i,
  time: new Date(Date.UTC(2026, 2, 2, 12) + i * 1000).toISOString(),
  source: 'file',
  ...fields,
});

/** The usual settings of a lake: files are closed by a flush alone. */
export const LAKE = {
  every: 60_000,
  rows: 1_000_000,
  bytes: 64 * 2 ** 20,
  maxMemory: 256 * 2 ** 20,
  table: 'delta',
  format: 'parquet',
} as const;
