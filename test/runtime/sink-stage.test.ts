import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/core/errors.ts';
import type { Options } from '../../src/core/option.ts';
import type { Batch } from '../../src/core/stream/record.ts';
import { aborted } from '../../src/core/util/aborted.ts';
import { openLocalLog } from '../../src/log/local/open.ts';
import { expire } from '../../src/log/local/retention.ts';
import { closeStore, openStore } from '../../src/log/local/storage/store.ts';
import type { Log, Task } from '../../src/log/log.ts';
import { DATASETS } from '../../src/market/catalog/datasets.ts';
import { type SinkStageSettings, sinkStage } from '../../src/runtime/sink-stage.ts';
import type { StageStats } from '../../src/runtime/stage.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { openLake } from '../../src/sinks/lake/lake.ts';
import { folderStore } from '../../src/sinks/lake/store/folder-store.ts';
import { defineSink, type Sink, type SinkContext, type SinkHost } from '../../src/sinks/sink.ts';
import { LAKE, price } from '../sinks/fakes.ts';
import { rows } from '../sinks/lake/reading.ts';
import { scratch } from '../sinks/lake/scratch.ts';

let dir: string;
let log: Log;
/** What the destination holds: offsets by partition, unflushed records, how often it was flushed. */
let kept: Map<number, number[]>;
let flushes: number;
let due: boolean;
/** The lines that a stage reported. */
let logged: string[];

const memory = defineSink({
  name: 'memory',
  summary: '',
  options: {},
  examples: [],
  topics: ['prices'],
  async open() {
    const unflushed = new Map<number, number[]>();
    return {
      start: async (partition) => (kept.get(partition)?.at(-1) ?? -1) + 1,
      async write({ partition, records }) {
        unflushed.set(partition, [
          ...(unflushed.get(partition) ?? []),
          ...records.map(({ offset }) => offset),
        ]);
      },
      due: () => due,
      async flush() {
        flushes += 1;
        for (const [partition, offsets] of unflushed)
          kept.set(partition, [...(kept.get(partition) ?? []), ...offsets]);
        unflushed.clear();
      },
      stop: async (partition) => void unflushed.delete(partition),
      close: async () => {},
      counts: () => ({ files: flushes }),
      lastFile: () => ({ path: `${flushes}.txt`, at: 0 }),
    };
  },
});

const stage = (
  sink: Sink = memory,
  given: Partial<Pick<SinkStageSettings<Options>, 'group' | 'log' | 'topic'>> = {},
) =>
  sinkStage({
    log,
    sink,
    settings: {},
    topic: 'prices',
    dataset: DATASETS.prices,
    group: 'app.memory',
    exclusive: true,
    maxWaitMs: 60_000,
    secret: () => undefined,
    clock: systemClock,
    reporter: { info: (text) => logged.push(`info ${text}`), warn: (text) => logged.push(`warn ${text}`) },
    host: { output: { print: async () => {}, width: undefined }, openSinks: 1 },
    ...given,
  });

/** A one-shot run to its end, which may be a bad one. */
async function once(...of: Parameters<typeof stage>): Promise<StageStats> {
  const running = stage(...of);
  try {
    await running.start();
    await Promise.race([running.failed, running.finish('clock')]);
    return running.stats;
  } finally {
    await running.stop().catch(() => {});
  }
}

const fill = (count: number) =>
  log.append(
    Array.from({ length: count }, (_, n) => ({
      topic: 'prices',
      partitionKey: `coin${n}`,
      key: `${n}`,
      value: '{}',
      headers: {},
    })),
  );
/** The same bus, with one stalled partition. */
const withStalled = (partition: number): Log => ({
  ...log,
  join: (spec) =>
    log.join({
      ...spec,
      assigned: (task) => {
        const still = {
          read: () => nextTurn([]),
          grown: async (_, signal) => aborted(signal),
        } satisfies Partial<Task>;
        spec.assigned(task.partition === partition ? Object.assign(task, still) : task);
      },
    }),
});
const total = () => [...kept.values()].reduce((sum, offsets) => sum + offsets.length, 0);

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'cryptopipe-'));
  log = await openLocalLog(dir, systemClock);
  kept = new Map();
  flushes = 0;
  due = false;
  logged = [];
});
afterEach(async () => {
  await log.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('a sink stage', () => {
  test('a one-shot run ends in one flush for all partitions, and commits their end offsets', async () => {
    await fill(100);
    const running = stage();
    await running.start();
    await running.finish('clock');
    expect(total()).toBe(100);
    // The last to arrive flushes for all; each partition's own last flush finds nothing more.
    expect(running.stats.in).toBe(100);
    expect(running.stats.lastFile).toEqual({ path: `${flushes}.txt`, at: 0 });
    const { groups, partitionInfos } = (await log.describe('prices'))!;
    expect((await groups()).get('app.memory')).toEqual(partitionInfos.map(({ end }) => end));
  });

  test('when another process has written to the destination, the sink restarts its partitions and continues', async () => {
    const record = {
      topic: 'prices',
      partitionKey: 'btc',
      key: 'btc',
      value: JSON.stringify(price(1)),
      headers: {},
    };
    await log.append(Array.from({ length: 10 }, () => record));
    let refused = false;
    const fencedOnce = defineSink({
      ...memory,
      async open(settings, context, host) {
        const opened = await memory.open(settings as never, context, host);
        const flush = async (now: number) => {
          if (refused) return opened.flush(now);
          refused = true;
          throw new UserError('fenced', 'another process has written it', 'Nothing is lost.');
        };
        return { ...opened, flush };
      },
    });
    due = true;
    const running = stage(fencedOnce);
    await running.start();
    await expect.poll(() => [...kept.values()].flat().length, { timeout: 15_000 }).toBe(10);
    await running.stop();
    expect(logged.filter((line) => line.includes('another process has written it'))).toHaveLength(1);
  });

  test('the lag counts unread records of all partitions, also blocked ones', async () => {
    await fill(100);
    due = true;
    const running = stage(memory, { log: withStalled(0) });
    await running.start();
    const { partitionInfos } = (await log.describe('prices'))!;
    await expect.poll(() => total()).toBe(100 - partitionInfos[0]!.end);
    await running.refresh!();
    expect(running.stats.lag).toEqual({ prices: partitionInfos[0]!.end });
    await running.stop();
  });

  test('the lag counts records of added partitions that no task reads yet', async () => {
    due = true;
    await fill(10);
    const join: Log['join'] = async (spec) => ({ ...(await log.join(spec)), unread: async () => 7 });
    const running = stage(memory, { log: { ...log, join } });
    await running.start();
    await expect.poll(total).toBe(10);
    await running.refresh!();
    expect(running.stats.lag).toEqual({ prices: 7 });
    await running.stop();
  });

  test('a stop during finish does not wait for unfinished partitions', async () => {
    await fill(100);
    const running = stage(memory, { log: withStalled(0) });
    await running.start();
    const finished = running.finish('clock');
    const { partitionInfos } = (await log.describe('prices'))!;
    await expect.poll(() => running.stats.in).toBe(100 - partitionInfos[0]!.end);
    await Promise.all([running.stop(), finished]);
    expect(total()).toBe(100 - partitionInfos[0]!.end);
  });

  test("the destination's offset decides where to resume, not the group's", async () => {
    await fill(100);
    const first = stage();
    await first.start();
    await first.finish('clock');
    kept.set(1, kept.get(1)!.slice(0, 3));
    const before = (await log.describe('prices'))!.partitionInfos[1]!.end;
    await once();
    expect(logged).toEqual([
      `info resuming prices/1 at offset 3 from the destination; ignoring the group's committed offset ${before}`,
    ]);
    for (const offsets of kept.values()) expect(offsets).toEqual(offsets.map((_, i) => i));
    expect(total()).toBe(100);
  });

  test('a new group gets no message about its offset when retention has moved the start', async () => {
    await fill(10);
    const store = openStore(dir);
    await expire(store, Number.POSITIVE_INFINITY);
    await closeStore(store);
    await fill(10);
    await once();
    expect(logged).toEqual([]);
  });

  test('a record of topic rejects that the destination refuses is skipped with one warning, not rejected again', async () => {
    const refusing = defineSink({
      ...memory,
      open: async (settings: object, context: SinkContext, host: SinkHost) => ({
        ...(await memory.open(settings, context, host)),
        async write(batch: Batch) {
          for (const i of batch.records.keys()) await context.reject(batch, i, 'too odd');
        },
      }),
    });
    const rejects = async () => (await log.describe('rejects'))!.partitionInfos[0]!.end;
    await fill(4);
    await once(refusing);
    expect([await rejects(), logged]).toEqual([4, []]);
    expect(await once(refusing, { topic: 'rejects' })).toMatchObject({ in: 4, rejected: 4 });
    expect(await rejects()).toBe(4);
    expect(logged).toEqual([
      'warn rejects/0: skipping the record at offset 0 (too odd) and others that the destination cannot take; they stay in topic rejects',
    ]);
  });

  test('a destination ahead of the topic is an error, since it was filled from another bus', async () => {
    await fill(10);
    kept.set(0, [500]);
    await expect(once()).rejects.toThrow(/filled from another bus/);
  });

  test('no record of a recreated topic is mistaken for one that the lake has', async () => {
    const store = folderStore(scratch());
    const lake = defineSink({
      ...memory,
      open: (_: object, context: SinkContext) => openLake(store, LAKE, context),
    });
    const produce = (count: number, first: number) =>
      log.append(
        Array.from({ length: count }, (_, i) => {
          const value = JSON.stringify(price(first + i));
          return { topic: 'prices', partitionKey: 'btc', key: `${first + i}`, value, headers: {} };
        }),
      );
    const landed = async () => (await rows(store, 'price', 'price')).map((row) => row.price);
    await produce(3, 1);
    await once(lake);
    await log.deleteTopic('prices');
    await produce(5, 11);
    await expect(once(lake)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('another topic with that name'),
    });
    expect(await landed()).toEqual([101, 102, 103]);
    await once(lake, { group: 'app.second' });
    await once(lake, { group: 'app.second' });
    expect(await landed()).toEqual([101, 102, 103, 111, 112, 113, 114, 115]);
  });
});

describe('a record on which the sink throws', () => {
  /** Keeps offsets as `memory` does; throws on those in `bad` after it took half of them. */
  const picky = (bad: ReadonlySet<string>, ownPosition: boolean): Sink => ({
    ...memory,
    async open(settings, context, host) {
      const sink = await memory.open(settings, context, host);
      return {
        ...sink,
        start: async (partition) => {
          const own = await sink.start(partition);
          return ownPosition ? own : undefined;
        },
        async write(batch) {
          for (const record of batch.records) {
            await sink.write({ ...batch, records: [record] });
            if (bad.has(`${batch.partition}/${record.offset}`)) throw new TypeError('cannot take it');
          }
        },
      };
    },
  });
  const placeIn = ({ message }: UserError) => /offset (\d+) of prices\/(\d+)/.exec(message)!.map(Number);

  test('a record on which the sink throws is named after three attempts; the group stays at it and all others arrive once', async () => {
    await fill(100);
    const { partitionInfos } = (await log.describe('prices'))!;
    const bad = new Set(
      partitionInfos.flatMap(({ partition, end }) => (end > 2 ? [`${partition}/${end >> 1}`] : [])),
    );
    const sink = picky(bad, false);
    for (let left = bad.size; left > 0; left--) {
      const error = await once(sink).then(
        () => expect.unreachable(),
        (error: UserError) => error,
      );
      const [, offset, partition] = placeIn(error);
      expect(error.message).toContain('app.memory fails on the record at offset');
      expect(error.hint).toContain(`--group app.memory --skip ${offset} --partition ${partition} --yes`);
      const positions = (await (await log.describe('prices'))!.groups()).get('app.memory')!;
      expect(positions[partition!]).toBe(offset);
      await log.resetGroup(
        'app.memory',
        'prices',
        positions.map((position, n) => (n === partition ? offset! + 1 : (position ?? 0))),
      );
    }
    await once(sink);
    for (const { partition, end } of partitionInfos)
      expect(kept.get(partition) ?? []).toEqual(
        Array.from({ length: end }, (_, n) => n).filter((n) => !bad.has(`${partition}/${n}`)),
      );
  });

  test('a failing record cannot be skipped if the destination keeps its own position, as the error says', async () => {
    await fill(100);
    const { partition, end } = (await log.describe('prices'))!.partitionInfos.find((info) => info.end > 2)!;
    const bad = new Set([`${partition}/${end - 1}`]);
    await expect(once(picky(bad, true))).rejects.toMatchObject({
      message: expect.stringContaining(`offset ${end - 1} of prices/${partition}: cannot take it`),
      hint: expect.not.stringContaining('--skip'),
    });
    expect(kept.get(partition)).toEqual(Array.from({ length: end - 1 }, (_, n) => n));
    await once(memory);
    expect(kept.get(partition)).toHaveLength(end);
  });
});
