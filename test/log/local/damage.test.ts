import { expect, test } from 'vitest';
import { readBatches } from '../../../src/log/local/reader.ts';
import { closeStore, openStore, transact } from '../../../src/log/local/storage/store.ts';
import { defineProcessor } from '../../../src/processors/processor.ts';
import { processorStage } from '../../../src/runtime/processor-stage.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { scratch } from '../../sinks/lake/scratch.ts';
import { temporaryLog } from './temporary.ts';

/** A folder whose topic `t` has batches of two records; the one at offset 4 has a changed byte. */
async function damagedFolder(): Promise<string> {
  const folder = scratch();
  const log = await temporaryLog(systemClock, folder);
  await log.createTopic('t', { partitions: 1, retentionMs: undefined, compacted: false });
  for (let base = 0; base < 10; base += 2)
    await log.append(
      [0, 1].map((n) => ({ topic: 't', partitionKey: 'k', key: `${base + n}`, value: '{}', headers: {} })),
    );
  await log.close();
  const store = openStore(folder);
  const { id } = store.topics.get('t')!;
  const bytes = Buffer.from(store.batches.get([id, 0, 4])!);
  bytes[bytes.length - 1]! ^= 1;
  await transact(store, () => store.batches.put([id, 0, 4], bytes));
  await closeStore(store);
  return folder;
}

test('reading ends before a damaged batch; the error names its offsets and how to skip them', async () => {
  const store = openStore(await damagedFolder());
  const before = readBatches(store, 't', 0, 0, 1 << 20);
  expect(before.batches.flatMap(({ records }) => records.map(({ offset }) => offset))).toEqual([0, 1, 2, 3]);
  expect(before.next).toBe(4);
  expect(() => readBatches(store, 't', 0, 4, 1 << 20)).toThrow(
    expect.objectContaining({
      code: 'damaged',
      message: expect.stringContaining('topic t, partition 0, offset 4'),
      hint: expect.stringContaining('topics reset t --group NAME --skip 5 --partition 0 --yes'),
    }),
  );
  expect(readBatches(store, 't', 0, 6, 1 << 20).next).toBe(10);
  await closeStore(store);
});

const silent = defineProcessor({
  name: 'silent',
  summary: '',
  inputs: [{ topic: 't', time: () => 0 }],
  output: { topic: 'out', schema: 'none/1' },
  options: {},
  examples: [],
  build: () => ({
    accept() {},
    advance() {},
    finish() {},
    changes: () => [],
    watermark: () => undefined,
  }),
});

test('a processor commits the records before a damaged batch, and continues after it once it is skipped', async () => {
  const log = await temporaryLog(systemClock, await damagedFolder());
  const run = async () => {
    const stage = processorStage({
      log,
      processor: silent,
      settings: {},
      app: 'app',
      renames: new Map(),
      exclusive: true,
      inTurn: false,
      commitEveryMs: 60_000,
      clock: systemClock,
      reporter: { info: () => {}, warn: () => {} },
    });
    await stage.start();
    const error = await Promise.race([stage.failed, stage.finish('clock')]).catch((error: unknown) => error);
    await stage.stop().catch(() => {});
    return { error, stats: stage.stats };
  };
  const position = async () => (await (await log.describe('t'))!.groups()).get('app.silent');
  expect((await run()).error).toMatchObject({ code: 'damaged' });
  expect(await position()).toEqual([4]);
  await log.resetGroup('app.silent', 't', [6]);
  expect(await run()).toMatchObject({ error: undefined, stats: { in: 4 } });
  expect(await position()).toEqual([10]);
});
