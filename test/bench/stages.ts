import { join } from 'node:path';
import { workerThreads } from '../../src/cli/process/worker-threads.ts';
import { openLocalLog } from '../../src/log/local/open.ts';
import { encodeBatch } from '../../src/log/local/storage/codec.ts';
import { candles } from '../../src/processors/candles.ts';
import { select } from '../../src/processors/select.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { file } from '../../src/sinks/lake/file.ts';
import { lmdbAppend, parquetAlone, parseAndFold } from './baselines.ts';
import { benchSink, fill, processing, runToEnd, tweetRecords } from './kit.ts';
import { type Measured, measure } from './measure.ts';
import { benchPosts } from './posts.ts';
import { benchBars, benchPrices } from './prices.ts';

const BATCH = 500;
/** Distinct texts of a floor, parsed repeatedly: more would measure the garbage collector. */
const FLOOR_TEXTS = 20_000;

/** Prices as texts in memory, for the floors. */
function texts(count: number): string[] {
  const found: string[] = [];
  for (const { value } of benchPrices(count)) found.push(value!);
  return found;
}

async function fillPosts(dir: string, count: number, partitions: number): Promise<Measured> {
  const log = await openLocalLog(dir, systemClock);
  await log.createTopic('tweets', { partitions, retentionMs: undefined, compacted: false });
  const measured = await measure('', async () => {
    await fill(log, tweetRecords(count));
    return count;
  });
  await log.close();
  return measured;
}

/** The stages by name. Each runs in its own process, over a bus in `dir`; `count` records. */
export const STAGES: Record<string, (dir: string, count: number) => Promise<Measured>> = {
  'append: lmdb alone': (dir, count) => {
    const value = JSON.stringify({ pad: 'x'.repeat(270), n: 12_345 });
    const records = Array.from({ length: BATCH }, (_, i) => ({ key: `k${i}`, value, headers: {} }));
    return measure('', async () => {
      await lmdbAppend(dir, count / BATCH, () => encodeBatch(records, 0));
      return count;
    });
  },
  append: async (dir, count) => {
    const log = await openLocalLog(dir, systemClock);
    const value = JSON.stringify({ pad: 'x'.repeat(270), n: 12_345 });
    const records = Array.from({ length: BATCH }, (_, i) => ({
      topic: 'rejects',
      partitionKey: '',
      key: `k${i}`,
      value,
      headers: {},
    }));
    const measured = await measure('', async () => {
      const pending: Promise<void>[] = [];
      for (let i = 0; i < count / BATCH; i++) {
        pending.push(log.append(records));
        if (pending.length >= 4) await pending.shift();
      }
      await Promise.all(pending);
      return count;
    });
    await log.close();
    return measured;
  },
  'read: JSON.parse alone': (_, count) => {
    const some = Array.from({ length: FLOOR_TEXTS }, (__, i) =>
      JSON.stringify({ pad: 'x'.repeat(270), n: i }),
    );
    return measure('', () => {
      for (let i = 0; i < count; i++) JSON.parse(some[i % FLOOR_TEXTS]!);
      return count;
    });
  },
  read: async (dir) => {
    const log = await openLocalLog(dir, systemClock);
    const measured = await measure('', async () => {
      let seen = 0;
      for await (const { records } of log.read('rejects', 0, 0))
        for (const { value } of records) if ((JSON.parse(value!) as { n: number }).n > 0) seen += 1;
      return seen;
    });
    await log.close();
    return measured;
  },
  'prices (filling)': async (dir, count) => {
    const log = await openLocalLog(dir, systemClock);
    const measured = await measure('', async () => {
      await fill(log, benchPrices(count));
      return count;
    });
    await log.close();
    return measured;
  },
  'candles: JSON.parse and a Map': async (_, count) => {
    const all = texts(count);
    return measure('', () => {
      parseAndFold(all);
      return count;
    });
  },
  candles: async (dir) => {
    const log = await openLocalLog(dir, systemClock);
    const measured = await measure('', () => runToEnd(processing(log, candles)));
    await log.close();
    return measured;
  },
  'bars (filling)': async (dir, count) => {
    const log = await openLocalLog(dir, systemClock);
    const measured = await measure('', async () => {
      await fill(log, benchBars(count));
      return count;
    });
    await log.close();
    return measured;
  },
  'candles of bars: JSON.parse alone': async (_, count) => {
    const all: string[] = [];
    for (const { value } of benchBars(FLOOR_TEXTS)) all.push(value!);
    return measure('', () => {
      for (let i = 0; i < count; i++) JSON.parse(all[i % FLOOR_TEXTS]!);
      return count;
    });
  },
  'candles of bars': async (dir) => {
    const log = await openLocalLog(dir, systemClock);
    const measured = await measure('', () => runToEnd(processing(log, candles)));
    await log.close();
    return measured;
  },
  'candles of bars, two workers': async (dir) => {
    const log = await openLocalLog(dir, systemClock);
    const stage = processing(log, candles, { workers: workerThreads({}, 2) });
    const measured = await measure('', () => runToEnd(stage));
    await log.close();
    return measured;
  },
  'posts (filling)': (dir, count) => fillPosts(dir, count, 4),
  'posts of one partition (filling)': (dir, count) => fillPosts(dir, count, 1),
  'select: JSON.parse alone': async (_, count) => {
    const some = [...benchPosts(FLOOR_TEXTS)];
    return measure('', () => {
      for (let i = 0; i < count; i++) JSON.parse(some[i % FLOOR_TEXTS]!);
      return count;
    });
  },
  select: async (dir) => {
    const log = await openLocalLog(dir, systemClock);
    const measured = await measure('', () => runToEnd(processing(log, select)));
    await log.close();
    return measured;
  },
  'select, two workers': async (dir) => {
    const log = await openLocalLog(dir, systemClock);
    const stage = processing(log, select, { workers: workerThreads({}, 2) });
    const measured = await measure('', () => runToEnd(stage));
    await log.close();
    return measured;
  },
  'select, near duplicates': async (dir) => {
    const log = await openLocalLog(dir, systemClock);
    const stage = processing(log, select, { app: 'near', changes: { dropNearDuplicates: true } });
    const measured = await measure('', () => runToEnd(stage));
    await log.close();
    return measured;
  },
  'select, sharing': async (dir) => {
    const log = await openLocalLog(dir, systemClock);
    const stage = processing(log, select, { exclusive: false });
    await stage.start();
    // Two heartbeats until the partitions are shared, and as much again for a slow machine.
    await systemClock.sleep(4000);
    const measured = await measure('', async () => {
      await stage.finish('clock');
      return stage.stats.in;
    });
    await log.close();
    return measured;
  },
  'lake: parquetjs-lite alone': async (_, count) => {
    const all = texts(Math.min(count, 200_000));
    return measure('', async () => {
      await parquetAlone(all);
      return all.length;
    });
  },
  lake: async (dir) => {
    const log = await openLocalLog(dir, systemClock);
    const stage = benchSink(log, file, 'prices', { dir: join(dir, 'lake') });
    const measured = await measure('', () => runToEnd(stage));
    await log.close();
    return measured;
  },
};
