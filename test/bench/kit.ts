import type { Option, Options, Settings } from '../../src/core/option.ts';
import type { NewRecord } from '../../src/core/stream/record.ts';
import type { Log } from '../../src/log/log.ts';
import { datasetOf } from '../../src/market/catalog/dataset-of.ts';
import type { Processor } from '../../src/processors/processor.ts';
import { processorStage } from '../../src/runtime/processor-stage.ts';
import { sinkStage } from '../../src/runtime/sink-stage.ts';
import type { Stage } from '../../src/runtime/stage.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import type { TaskWorkers } from '../../src/runtime/workers/remote-task.ts';
import type { Sink } from '../../src/sinks/sink.ts';
import { SECRETS } from '../services/minio/bucket.ts';
import { benchPosts } from './posts.ts';

export const reporter = { info: () => {}, warn: (message: string) => console.error(message) };

/** The posts as records of topic `tweets`. */
export function* tweetRecords(count: number, everyMs?: number): Iterable<NewRecord> {
  let n = 0;
  for (const value of benchPosts(count, everyMs))
    yield { topic: 'tweets', partitionKey: `${n}`, key: `${n++}`, value, headers: { source: 'bench' } };
}

export function defaults<O extends Options>(options: O, changes: Record<string, unknown> = {}): Settings<O> {
  const entries = Object.entries(options).map(([name, option]) => [
    name,
    (option as Option<unknown>).fallback,
  ]);
  return { ...Object.fromEntries(entries), ...changes } as Settings<O>;
}

export async function fill(log: Log, records: Iterable<NewRecord>): Promise<void> {
  let part: NewRecord[] = [];
  for (const record of records) {
    part.push(record);
    if (part.length < 3000) continue;
    await log.append(part);
    part = [];
  }
  if (part.length > 0) await log.append(part);
}

export async function runToEnd(stage: Stage): Promise<number> {
  await stage.start();
  await stage.finish('clock');
  return stage.stats.in;
}

/** A sink over one topic, alone in its process. */
export const benchSink = (log: Log, sink: Sink, topic: string, changes: Record<string, unknown> = {}) =>
  sinkStage({
    log,
    sink,
    settings: defaults(sink.options, changes),
    topic,
    dataset: datasetOf(topic),
    group: `bench.${sink.name}`,
    exclusive: true,
    maxWaitMs: 60_000,
    secret: (name) => SECRETS[name],
    clock: systemClock,
    reporter,
    host: { output: { print: async () => {}, width: undefined }, openSinks: 1 },
  });

interface Processing {
  readonly exclusive?: boolean;
  readonly app?: string;
  readonly changes?: Record<string, unknown>;
  readonly workers?: TaskWorkers | undefined;
  /** Tasks wait until `finish`. */
  readonly inTurn?: boolean;
}

export const processing = (
  log: Log,
  processor: Processor,
  { exclusive = true, app = 'bench', changes = {}, workers, inTurn = true }: Processing = {},
) =>
  processorStage({
    log,
    processor,
    settings: defaults(processor.options, changes),
    app,
    renames: new Map(),
    exclusive,
    inTurn,
    commitEveryMs: 200,
    clock: systemClock,
    reporter,
    workers,
  });
