import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aborted } from '../../src/core/aborted.ts';
import { openLocalLog } from '../../src/log/local/open.ts';
import type { Log, Task } from '../../src/log/log.ts';
import { DATASETS } from '../../src/market/datasets.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { sinkStage } from '../../src/runtime/sink-stage.ts';
import { defineSink } from '../../src/sinks/sink.ts';

let dir: string;
let log: Log;
/** What the destination holds: offsets by partition, what waits, how often it was flushed. */
let kept: Map<number, number[]>;
let flushes: number;
let due: boolean;

const memory = defineSink({
  name: 'memory',
  summary: '',
  options: {},
  examples: [],
  topics: ['prices'],
  async open() {
    const waiting = new Map<number, number[]>();
    return {
      start: async (partition) => (kept.get(partition)?.at(-1) ?? -1) + 1,
      async write({ partition, records }) {
        waiting.set(partition, [...(waiting.get(partition) ?? []), ...records.map(({ offset }) => offset)]);
      },
      due: () => due,
      async flush() {
        flushes += 1;
        for (const [partition, offsets] of waiting)
          kept.set(partition, [...(kept.get(partition) ?? []), ...offsets]);
        waiting.clear();
      },
      stop: async (partition) => void waiting.delete(partition),
      close: async () => {},
      counts: () => ({ files: flushes }),
    };
  },
});

const stage = (bus = log) =>
  sinkStage({
    log: bus,
    sink: memory,
    settings: {},
    topic: 'prices',
    dataset: DATASETS.prices,
    group: 'app.memory',
    exclusive: true,
    patienceMs: 60_000,
    secret: () => undefined,
    reached: () => {},
    sharers: 1,
    clock: systemClock,
    reporter: { info: () => {}, warn: () => {} },
    print: async () => {},
    terminalWidth: undefined,
  });

const fill = (count: number) =>
  log.append(
    Array.from({ length: count }, (_, n) => ({
      topic: 'prices',
      by: `coin${n}`,
      key: `${n}`,
      value: '{}',
      headers: {},
    })),
  );
/** The same bus, on which one partition stands still. */
const standingStill = (partition: number): Log => ({
  ...log,
  join: (spec) =>
    log.join({
      ...spec,
      assigned: (task) => {
        const still = {
          read: async () => [],
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
});
afterEach(async () => {
  await log.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('a sink stage', () => {
  test('a one-shot run ends in one flush for all partitions, and the group stands where it ended', async () => {
    await fill(100);
    const running = stage();
    await running.start();
    await running.finish('clock');
    expect(total()).toBe(100);
    // The last to arrive flushes for all; each partition's own last flush finds nothing more.
    expect(running.stats.in).toBe(100);
    const { groups, partitionInfos } = (await log.describe('prices'))!;
    expect((await groups()).get('app.memory')).toEqual(partitionInfos.map(({ end }) => end));
  });

  test('the lag is what all partitions have unread, those that stand still among them', async () => {
    await fill(100);
    due = true;
    const running = stage(standingStill(0));
    await running.start();
    const { partitionInfos } = (await log.describe('prices'))!;
    await expect.poll(() => total()).toBe(100 - partitionInfos[0]!.end);
    await expect.poll(() => running.stats.lag).toBe(partitionInfos[0]!.end);
    await running.stop();
  });

  test('the destination says where to go on, whatever the group thinks', async () => {
    await fill(100);
    const first = stage();
    await first.start();
    await first.finish('clock');
    kept.set(1, kept.get(1)!.slice(0, 3));
    const again = stage();
    await again.start();
    await again.finish('clock');
    for (const offsets of kept.values()) expect(offsets).toEqual(offsets.map((_, i) => i));
    expect(total()).toBe(100);
  });

  test('a destination that is ahead of the topic was filled from another bus, and nothing is skipped silently', async () => {
    await fill(10);
    kept.set(0, [500]);
    const running = stage();
    await running.start();
    await expect(Promise.race([running.failed, running.finish('clock')])).rejects.toThrow(
      /filled from another bus/,
    );
    await running.stop().catch(() => {});
  });
});
