import { MessageChannel } from 'node:worker_threads';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCopy } from '../../../src/log/local/storage/batch-copy.ts';
import type { Log } from '../../../src/log/log.ts';
import { processors } from '../../../src/processors/index.ts';
import { defineProcessor, type Processor } from '../../../src/processors/processor.ts';
import { select } from '../../../src/processors/select.ts';
import { processorStage } from '../../../src/runtime/processor-stage.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { hostTask } from '../../../src/runtime/workers/host-task.ts';
import type { TaskWorkers } from '../../../src/runtime/workers/remote-task.ts';
import { defaults, fill, tweetRecords } from '../../bench/kit.ts';
import { temporaryLog } from '../../log/local/temporary.ts';

const never = new Promise<never>(() => {});

/** Workers of this thread: all that they share with the log is a port. */
function workersHere(processor: Processor, busyAfter: number, died: Promise<never> = never) {
  const started: string[] = [];
  const workers: TaskWorkers = {
    busyAfter,
    start(start) {
      started.push(`${start.processor}/${start.partition}`);
      const { port1, port2 } = new MessageChannel();
      if (died === never)
        void hostTask(port2, structuredClone(start), () => processor, systemClock, decodeCopy);
      return { port: port1, died, release: () => port1.close() };
    },
  };
  return { workers, started };
}

const stageOf = (log: Log, processor: Processor, workers: TaskWorkers | undefined, warnings: string[] = []) =>
  processorStage({
    log,
    processor,
    settings: defaults(processor.options),
    app: 'app',
    renames: new Map(),
    exclusive: true,
    inTurn: false,
    commitEveryMs: 5,
    clock: systemClock,
    reporter: { info: () => {}, warn: (text) => warnings.push(text) },
    workers,
  });

async function emptyLog(partitions: number): Promise<Log> {
  const log = await temporaryLog(systemClock);
  await log.createTopic('tweets', { partitions, retentionMs: undefined, compacted: false });
  return log;
}

async function postsLog(count: number, partitions: number): Promise<Log> {
  const log = await emptyLog(partitions);
  await fill(log, tweetRecords(count));
  return log;
}

/** The records of a topic by the partition that they were made from, in order. */
async function outputs(log: Log): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const { partition } of (await log.describe('tweets-processed'))?.partitionInfos ?? [])
    for await (const { records } of log.read('tweets-processed', partition, 0))
      for (const { value, headers } of records) {
        found[`${headers.from}->${partition}`] ??= [];
        found[`${headers.from}->${partition}`]!.push(value!);
      }
  return found;
}

/** `early`: how many of the records are there when the tasks start. */
async function resultOf(count: number, partitions: number, busyAfter: number | undefined, early = count) {
  const log = await postsLog(early, partitions);
  const { workers, started } = workersHere(select, busyAfter ?? 0);
  const stage = stageOf(log, select, busyAfter === undefined ? undefined : workers);
  await stage.start();
  await fill(log, [...tweetRecords(count)].slice(early));
  await stage.finish('clock');
  const { stats } = stage;
  const result = { outputs: await outputs(log), stats: { ...stats, lag: {}, watermark: undefined } };
  const again = stageOf(log, select, workers);
  await again.start();
  await again.finish('clock');
  expect(again.stats.in).toBe(0);
  await log.close();
  return { ...result, started };
}

test('outputs, counts and positions are the same, whichever tasks run in a worker and from which record on', async () => {
  const run = fc.record({
    count: fc.integer({ min: 1, max: 300 }),
    partitions: fc.integer({ min: 1, max: 4 }),
    busyAfter: fc.integer({ min: 0, max: 100 }),
    early: fc.integer({ min: 0, max: 100 }),
  });
  await fc.assert(
    fc.asyncProperty(run, async ({ count, partitions, busyAfter, early }) => {
      const alone = await resultOf(count, partitions, undefined);
      const shared = await resultOf(count, partitions, busyAfter, Math.min(early, count));
      expect(shared.outputs).toEqual(alone.outputs);
      expect(shared.stats).toEqual(alone.stats);
    }),
    { numRuns: 8 },
  );
}, 60_000);

test('a busy task moves to a worker, and each task at most once', async () => {
  const { started } = await resultOf(200, 3, 0);
  expect(started.sort()).toEqual(['select/0', 'select/1', 'select/2']);
});

test('a continuous run with workers commits what it has processed and stops', async () => {
  const log = await postsLog(100, 2);
  const stage = stageOf(log, select, workersHere(select, 0).workers);
  await stage.start();
  while (stage.stats.in < 100 || stage.stats.out === 0) await new Promise(setImmediate);
  await fill(log, [...tweetRecords(120)].slice(100));
  while (stage.stats.in < 120) await new Promise(setImmediate);
  await stage.refresh?.();
  await stage.stop();
  expect(stage.stats.in).toBe(120);
  expect(Object.values(await outputs(log)).flat().length).toBe(stage.stats.out);
  await log.close();
});

test('a worker ends at once when its stage is stopped while finishing', async () => {
  let seen = 0;
  let onRecord = () => {};
  const counting = defineProcessor({
    ...select,
    build: () => ({
      accept() {
        seen += 1;
        onRecord();
      },
      changes: () => [],
    }),
  });
  const log = await postsLog(8000, 1);
  const { workers, started } = workersHere(counting, 0);
  const stage = stageOf(log, counting, workers);
  const finishing = new Promise<Promise<void>[]>((resolve) => {
    onRecord = () => {
      if (started.length === 0) return;
      onRecord = () => {};
      const finished = stage.finish('clock');
      setImmediate(() => resolve([finished, stage.stop()]));
    };
  });
  await stage.start();
  await Promise.all(await finishing);
  expect(seen).toBeLessThan(8000);
  await log.close();
});

test('a record on which the logic throws in a worker stops the stage with its offset, after three attempts', async () => {
  const broken = defineProcessor({
    ...select,
    build: () => ({
      accept({ offset }) {
        if (offset === 7) throw new Error('broken');
      },
      changes: () => [],
    }),
  });
  const log = await postsLog(20, 1);
  const warnings: string[] = [];
  const stage = stageOf(log, broken, workersHere(broken, 0).workers, warnings);
  await stage.start();
  stage.failed.catch(() => {});
  await expect(stage.finish('clock')).rejects.toThrow(
    'app.select fails on the record at offset 7 of tweets/0',
  );
  expect(warnings.filter((text) => text.includes('attempt'))).toHaveLength(2);
  await log.close();
});

test('a worker that dies fails the stage', async () => {
  const log = await postsLog(20, 1);
  const died = Promise.reject(new Error('out of memory'));
  died.catch(() => {});
  const stage = stageOf(log, select, workersHere(select, 0, died).workers);
  await stage.start();
  stage.failed.catch(() => {});
  await expect(stage.finish('clock')).rejects.toThrow('out of memory');
  await log.close();
});

test.each(Object.values<Processor>(processors))(
  'the settings of $name can be copied to a worker',
  (processor) => {
    const settings = defaults(processor.options);
    expect(structuredClone(settings)).toEqual(settings);
  },
);
