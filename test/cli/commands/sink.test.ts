import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { withLocalBus } from '../local-bus.ts';
import { setUp } from '../stage-commands.ts';

const prices = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    coin: 'btc',
    quote: 'usdt',
    price: 100 + i,
    time: new Date(Date.UTC(2026, 2, 2, 10, i)).toISOString(),
    source: 'file',
  }));

test('sink console prints records on stdout and its summary on stderr', async () => {
  const { run, fill } = await setUp();
  await fill('prices', prices(3));
  const { code, out, err } = await run('sink console --topics prices --once');
  expect(code).toBe(0);
  expect(
    out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).price)
      .sort(),
  ).toEqual([100, 101, 102]);
  expect(err).toContain('3 records');
  expect((await run('sink console --topics prices --once')).out).toBe('');
  expect((await run('sink console --topics prices --once --group other')).out).not.toBe('');
});

test('sink console counts deletions, which it does not print, by themselves', async () => {
  const { run, fill, bus } = await setUp();
  await fill('prices', prices(2));
  const deletion = { topic: 'prices', partitionKey: '0', key: 'k0', value: null, headers: {} };
  await withLocalBus(bus.dir, systemClock, (log) => log.append([deletion]));
  const { out, err } = await run('sink console --topics prices --once');
  expect(out.trimEnd().split('\n')).toHaveLength(2);
  expect(err).toContain('2 records, 1 deletion');
});

test('sink file writes each record once and prints its summary on stdout', async () => {
  const { run, fill, folder } = await setUp();
  await fill('prices', prices(3));
  const lake = join(folder, 'lake');
  const first = JSON.parse((await run(`sink file --topics prices --dir ${lake} --once`)).out);
  expect(first).toMatchObject({ in: 3, rejected: 0 });
  expect(first.files).toBeGreaterThan(0);
  expect(existsSync(join(lake, 'prices', '_delta_log'))).toBe(true);
  expect(JSON.parse((await run(`sink file --topics prices --dir ${lake} --once`)).out)).toMatchObject({
    in: 0,
    files: 0,
  });
});

test.each([
  ['sink', 'missing sink: write <file|s3|mongo|console>'],
  ['sink flie', "no sink 'flie'; did you mean file?"],
  ['sink console --dir x', '--dir has no effect here; it is a flag of sink file'],
  ['sink file --topics prics', "the columns of 'prics' are unknown; did you mean prices?"],
  ['sink file --topics a/b', "'a/b' is not a topic name"],
  ['sink file --topics mine --dataset prizes', "no dataset 'prizes'; did you mean prices?"],
])('%s exits 2', async (line, text) => {
  const { run } = await setUp();
  const { code, err, out } = await run(line);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(text);
});

test.each([
  [
    'file --partition-by nope --topics prices,candles',
    ['prices cannot be partitioned by nope', 'candles cannot be partitioned by nope'],
  ],
  ['file --preset lake-house', ['lake-house has no table for tweets_processed; choose other topics']],
  [
    'mongo --time-series --topics candles,market-cap --collection {coin}',
    ["'candles' has no prices", "'market-cap' has no prices", "'market-cap' have no coin"],
  ],
])('sink %s exits 2 with every invalid setting, before it creates a bus', async (line, texts) => {
  const { run, folder } = await setUp();
  const { code, err } = await run(`sink ${line} --once`);
  expect(code).toBe(2);
  for (const text of texts) expect(err).toContain(text);
  expect(readdirSync(folder)).toEqual([]);
});

test('--dataset sets the columns of a topic with a custom name', async () => {
  const { run, fill, folder } = await setUp();
  await fill('mine', prices(2));
  const { code, out } = await run(
    `sink file --topics mine --dataset prices --dir ${join(folder, 'lake')} --once`,
  );
  expect([code, JSON.parse(out).in]).toEqual([0, 2]);
});
