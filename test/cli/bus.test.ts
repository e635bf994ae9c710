import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseBus, withBus, withExistingBus } from '../../src/cli/bus.ts';
import { systemClock } from '../../src/runtime/clock.ts';

test('local:DIR names a folder', () => {
  expect(parseBus('local:.cryptopipe')).toEqual({ dir: '.cryptopipe' });
  expect(parseBus('local:/a:b/c')).toEqual({ dir: '/a:b/c' });
});

test.each(['kafka://h:9092', 'redis:x', '.cryptopipe', ''])('%s is not carried by this build', (text) => {
  expect(() => parseBus(text)).toThrow('this build carries local: only');
});

test('local: without a folder is refused', () => {
  expect(() => parseBus('local:')).toThrow('names no folder');
});

test('a command that only looks makes no bus', async () => {
  const bus = { dir: join(await mkdtemp(join(tmpdir(), 'cli-bus-')), 'bus') };
  const look = () => withExistingBus(bus, systemClock, (log) => log.topics());
  await expect(look()).rejects.toMatchObject({ code: 'unavailable' });
  await withBus(bus, systemClock, (log) =>
    log.createTopic('a', { partitions: 1, retentionMs: undefined, compacted: false }),
  );
  expect((await look()).map(({ name }) => name)).toEqual(['a']);
});

test('the bus is closed after an error', async () => {
  const bus = { dir: join(await mkdtemp(join(tmpdir(), 'cli-bus-')), 'bus') };
  const fail = withBus(bus, systemClock, () => Promise.reject(new Error('inside')));
  await expect(fail).rejects.toThrow('inside');
  expect(await withBus(bus, systemClock, (log) => log.topics())).toEqual([]);
});
