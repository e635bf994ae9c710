import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Options, Settings } from '../../src/core/option.ts';
import type { TopicSettings } from '../../src/log/log.ts';
import { candles } from '../../src/processors/candles.ts';
import { processorStage } from '../../src/runtime/processor-stage.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { sandbox, succeed } from '../e2e/cli.ts';
import { sharedKafkaFixture } from './kafka-helpers/fixture.ts';
import { junk, positionsIn, recordsOf, rejectedOf } from './kafka-helpers/junk.ts';
import { asAdmin, endsOf, openTransaction } from './kafka-helpers/other-client.ts';

interface Summary {
  readonly in: number;
  readonly out: number;
  readonly rejected: number;
  readonly stages: readonly { readonly to: Readonly<Record<string, number>> }[];
}

const fixture = sharedKafkaFixture();
const { start } = sandbox();

const PLAIN: TopicSettings = { partitions: 1, retentionMs: undefined, compacted: false };
const make = (name: string, settings: Partial<TopicSettings> = {}) =>
  fixture.log.createTopic(name, { ...PLAIN, ...settings });

/** Runs `process candles` over a topic, as an app of the same name; invalid records go to `rejects`. */
const candlesOf = (topic: string, ...more: string[]) =>
  start(['process', 'candles', '--bus', fixture.bus, '--app', topic, '--in', topic, ...more]);
const once = async (topic: string, ...more: string[]): Promise<Summary> =>
  JSON.parse(await succeed(candlesOf(topic, '--once', ...more).done));

const defaults = <O extends Options>(options: O): Settings<O> =>
  Object.fromEntries(Object.entries(options).map(([name, { fallback }]) => [name, fallback])) as Settings<O>;

/** A group member that commits nothing. */
async function holder(topic: string, exclusive: boolean) {
  const releases: (() => Promise<void>)[] = [];
  const membership = await fixture.log.join({
    group: `${topic}.candles`,
    inputs: [topic],
    exclusive,
    assigned: (task) => releases.push(() => task.release()),
  });
  return async () => {
    const leaving = membership.leave();
    await Promise.all(releases.map((release) => release()));
    await leaving;
  };
}

test('a busy producer does not delay --once: it reads to the end as of its start and leaves later records', async () => {
  await make('busy', { partitions: 3 });
  await fixture.log.append(junk('busy', 3000));
  let appended = 3000;
  let busy = true;
  const producing = (async () => {
    while (busy) {
      await fixture.log.append(junk('busy', 100));
      appended += 100;
      await sleep(10);
    }
  })();
  const first = await once('busy');
  const then = appended;
  busy = false;
  await producing;
  expect(first.in).toBeGreaterThanOrEqual(3000);
  expect(first.in).toBeLessThan(then);
  expect((await once('busy')).in).toBe(appended - first.in);
  expect(await rejectedOf(fixture.log, 'busy')).toEqual(await positionsIn(fixture.log, 'busy'));
});

test('--once ends at once on idle partitions', async () => {
  await make('idle', { partitions: 6 });
  await fixture.log.append(junk('idle', 200, () => 'always the same'));
  const done = await once('idle');
  expect([done.in, done.rejected, done.out]).toEqual([200, 200, 0]);
  const ends = Object.values(done.stages[0]!.to).filter((end) => end > 0);
  expect(ends).toEqual([200]);
});

test('--once exits 0 on an empty topic and without new records', async () => {
  await make('empty', { partitions: 3 });
  expect((await once('empty')).in).toBe(0);
  await fixture.log.append(junk('empty', 10));
  expect((await once('empty')).in).toBe(10);
  expect((await once('empty')).in).toBe(0);
});

test('--once skips an aborted transaction at the end', async () => {
  await make('aborted');
  await fixture.log.append(junk('aborted', 100));
  const values = Array.from({ length: 50 }, (_, i) => `never ${i}`);
  const open = await openTransaction(fixture.cluster.bootstrap, {
    id: 'aborter',
    topic: 'aborted',
    partition: 0,
    values,
  });
  await open.transaction.abort();
  await open.close();
  const done = await once('aborted');
  expect(done.in).toBe(100);
  expect(await endsOf(fixture.cluster.bootstrap, 'aborted')).toEqual([151]);
  expect(done.stages[0]!.to).toEqual({ 'aborted/0': 151 });
  expect((await once('aborted')).in).toBe(0);
});

test('--once does not wait for an open transaction; a later run reads the records behind it', async () => {
  await make('open');
  await fixture.log.append(junk('open', 100));
  const open = await openTransaction(fixture.cluster.bootstrap, {
    id: 'opener',
    topic: 'open',
    partition: 0,
    values: junk('open', 30).map(({ value }) => value!),
  });
  await fixture.log.append(junk('open', 20));
  expect((await once('open')).in).toBe(100);
  expect((await once('open')).in).toBe(0);
  await open.transaction.commit();
  await open.close();
  expect((await once('open')).in).toBe(50);
  expect(await rejectedOf(fixture.log, 'open')).toEqual(await positionsIn(fixture.log, 'open'));
});

const COMPACTED: Partial<TopicSettings> = {
  compacted: true,
  config: {
    'segment.ms': '500',
    'min.cleanable.dirty.ratio': '0.001',
    'max.compaction.lag.ms': '500',
    'delete.retention.ms': '0',
  },
};
const NEXT_SEGMENT_MS = 600;

test('--once skips gaps left by compaction, even before a final marker', async () => {
  await make('holes', COMPACTED);
  const { log, cluster } = fixture;
  await log.append(junk('holes', 200, (i) => String(i % 10)));
  await sleep(NEXT_SEGMENT_MS);
  const open = await openTransaction(cluster.bootstrap, {
    id: 'digger',
    topic: 'holes',
    partition: 0,
    values: Array.from({ length: 10 }, () => 'never'),
  });
  await sleep(NEXT_SEGMENT_MS);
  await open.transaction.abort();
  await open.close();
  await expect
    .poll(async () => (await recordsOf(log, 'holes')).flat().map(({ offset }) => offset), { interval: 500 })
    .toEqual(Array.from({ length: 10 }, (_, i) => 190 + i));
  const done = await once('holes');
  expect(done.in).toBe(10);
  const [end] = await endsOf(cluster.bootstrap, 'holes');
  expect(done.stages[0]!.to).toEqual({ 'holes/0': end });
  expect((await once('holes')).in).toBe(0);
});

test('--once skips records that expired unread and reports them', async () => {
  await make('retired');
  await fixture.log.append(junk('retired', 100));
  expect((await once('retired')).in).toBe(100);
  await fixture.log.append(junk('retired', 100));
  await asAdmin(fixture.cluster.bootstrap, async (admin) => {
    await admin.fetchTopicOffsets('retired');
    await admin.deleteTopicRecords({ topic: 'retired', partitions: [{ partition: 0, offset: '200' }] });
  });
  const { code, stdout, stderr } = await candlesOf('retired', '--once').done;
  expect([code, (JSON.parse(stdout) as Summary).in]).toEqual([0, 0]);
  expect(stderr).toContain('offsets 100 to 199 were deleted by retention before they were read');
  await fixture.log.append(junk('retired', 5));
  expect((await once('retired')).in).toBe(5);
});

test('a topic deleted earlier is recreated and read from its start', async () => {
  await make('gone', { partitions: 3 });
  await fixture.log.append(junk('gone', 100));
  expect((await once('gone')).in).toBe(100);
  await fixture.log.deleteTopic('gone');
  expect((await once('gone')).in).toBe(0);
  await fixture.log.append(junk('gone', 7));
  expect((await once('gone')).in).toBe(7);
});

const deletedMessage = (topic: string): string => `topic ${topic} was deleted while it was in use`;

test('deleting a topic while it is being read ends the run with the reason, with --once or without', async () => {
  await make('going');
  await fixture.log.append(junk('going', 100));
  const stage = processorStage({
    log: fixture.log,
    processor: candles,
    settings: defaults(candles.options),
    app: 'going',
    renames: new Map([['prices', ['going']]]),
    exclusive: true,
    inTurn: true,
    commitEveryMs: 200,
    clock: systemClock,
    reporter: { info: () => {}, warn: () => {} },
  });
  await stage.start();

  await make('following');
  const running = candlesOf('following');
  await fixture.log.append(junk('following', 10));
  await expect.poll(async () => (await rejectedOf(fixture.log, 'following')).length).toBe(10);

  await Promise.all(['going', 'following'].map((topic) => fixture.log.deleteTopic(topic)));
  const finished = Promise.race([stage.finish('clock'), stage.failed]);
  await expect(finished).rejects.toThrow(deletedMessage('going'));
  await stage.stop().catch(() => {});
  expect(await running.done).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(deletedMessage('following')),
  });
});

test('--once exits 3 and names the other run while one is active', async () => {
  await make('held', { partitions: 2 });
  await fixture.log.append(junk('held', 100));
  const release = await holder('held', true);
  const { code, stdout, stderr } = await candlesOf('held', '--once').done;
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toContain(`held.candles (held) is being run by process ${process.pid} on `);
  expect(stderr).toContain('use --share to join it');
  await release();
  expect((await once('held')).in).toBe(100);
});

test('--share joins an active run and reads its partitions to the end', async () => {
  await make('shared', { partitions: 2 });
  await fixture.log.append(junk('shared', 100));
  const running = candlesOf('shared');
  await expect.poll(async () => (await rejectedOf(fixture.log, 'shared')).length).toBe(100);
  expect((await candlesOf('shared', '--once').done).code).toBe(3);
  await once('shared', '--share');
  await fixture.log.append(junk('shared', 100));
  await expect.poll(async () => (await rejectedOf(fixture.log, 'shared')).length).toBe(200);
  running.child.kill('SIGTERM');
  expect((await running.done).code).toBe(0);
  expect(await rejectedOf(fixture.log, 'shared')).toEqual(await positionsIn(fixture.log, 'shared'));
});

test('of two simultaneous --once runs one does the work', async () => {
  await make('twins', { partitions: 2 });
  await fixture.log.append(junk('twins', 500));
  const both = await Promise.all([candlesOf('twins', '--once').done, candlesOf('twins', '--once').done]);
  const done = both.filter(({ code }) => code === 0).map(({ stdout }) => (JSON.parse(stdout) as Summary).in);
  for (const { code, stderr } of both.filter((one) => one.code !== 0)) {
    expect(code).toBe(3);
    expect(stderr).toMatch(/twins\.candles \(twins\) is being run by process \d+/);
  }
  expect(done.reduce((sum, count) => sum + count, 0)).toBe(500);
});
