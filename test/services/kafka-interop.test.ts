import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { sandbox, succeed } from '../e2e/cli.ts';
import { sharedKafkaFixture } from './kafka-helpers/fixture.ts';
import { recordsOf } from './kafka-helpers/junk.ts';
import { pricesAt } from './kafka-helpers/prices.ts';

const fixture = sharedKafkaFixture();
const { path, run, start } = sandbox();

const HAS_ZSTD = 'zstdCompress' in zlib;
const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

/** A line with JSON escapes and multi-byte UTF-8. */
const quote = (base: string, note: string) => ({
  base,
  quote: 'usdt',
  price: 0.1,
  time: '2026-03-02T00:00:00Z',
  note: `${note} "ø" €\t😀`,
});

/** Output of Kafka's console consumer: headers, key and value of each committed record. */
async function consumed(topic: string, count: number): Promise<string[][]> {
  const shown = ['key', 'headers'].flatMap((what) => ['--formatter-property', `print.${what}=true`]);
  const text = await fixture.cluster.tool('console-consumer', [
    ...['--topic', topic, '--from-beginning', '--isolation-level', 'read_committed', ...shown],
    ...['--max-messages', String(count)],
  ]);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
}

/** The codecs of the stored batches of single-partition topics. */
async function codecsOf(...topics: string[]): Promise<string[]> {
  const files = topics.map((topic) => {
    const folder = join(fixture.cluster.data(1), `${topic}-0`);
    return join(folder, readdirSync(folder).find((name) => name.endsWith('.log'))!);
  });
  const dump = await fixture.cluster.tool('dump-log', ['--files', files.join(',')]);
  return [...dump.matchAll(/isControl: false.*compresscodec: (\w+)/g)].map((match) =>
    match[1]!.toLowerCase(),
  );
}

test('Kafka reads our records: JSON, keys and headers, in every compression', async () => {
  const own = HAS_ZSTD ? CODECS : CODECS.filter((codec) => codec !== 'zstd');
  await fixture.log.createTopic('ours', { partitions: 1, retentionMs: undefined, compacted: false });
  for (const codec of own) {
    writeFileSync(path(`${codec}.jsonl`), JSON.stringify(quote('btc', codec)));
    await succeed(
      run([
        ...['produce', 'prices', '--source', 'file', '--file', `${codec}.jsonl`, '--topic', 'ours'],
        ...['--once', '--bus', `${fixture.bus}?compression=${codec}`],
      ]),
    );
  }
  const lines = await consumed('ours', own.length);
  expect(lines.map(([headers, key]) => [headers, key])).toEqual(
    own.map(() => ['source:file,schema:quote/1', 'btc/usdt@2026-03-02T00:00:00.000Z']),
  );
  expect(lines.map(([, , value]) => JSON.parse(value!).note)).toEqual(
    own.map((codec) => quote('btc', codec).note),
  );
  expect(await codecsOf('ours')).toEqual(own);
});

test('records written by Kafka are read: keys, headers, every compression', async () => {
  for (const codec of CODECS) {
    const topic = `theirs-${codec}`;
    await fixture.log.createTopic(topic, { partitions: 1, retentionMs: undefined, compacted: false });
    // Enough to make compression worthwhile.
    const lines = Array.from({ length: 50 }, (_, i) => {
      const { key, value } = pricesAt(topic, i)[0]!;
      return `source:console,n:${i}\t${key}\t${value}\n`;
    });
    const parsed = ['key', 'headers'].flatMap((what) => ['--reader-property', `parse.${what}=true`]);
    await fixture.cluster.tool(
      'console-producer',
      ['--topic', topic, '--compression-codec', codec, ...parsed],
      lines.join(''),
    );
    const [tail, process] = await Promise.all([
      run(['topics', 'tail', topic, '--from', 'start', '--json', '--bus', fixture.bus]),
      run([
        ...['process', 'candles', '--once', '--in', topic, '--app', topic, '--max-wait', '10s'],
        ...['--bus', fixture.bus],
      ]),
    ]);
    if (codec === 'zstd' && !HAS_ZSTD) {
      for (const { code, stderr } of [tail, process]) {
        expect([code, stderr]).toEqual([
          1,
          expect.stringContaining('this version of Node.js does not support zstd'),
        ]);
        expect(stderr).toContain('Run cryptopipe on Node.js 22.15 or newer');
      }
      await succeed(run(['topics', 'describe', topic, '--bus', fixture.bus]));
      continue;
    }
    const records = (await succeed(Promise.resolve(tail)))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.map(({ offset, key, headers, value }) => [offset, key, headers, value])).toEqual(
      Array.from({ length: 50 }, (_, i) => {
        const { key, value } = pricesAt(topic, i)[0]!;
        return [i, key, { source: 'console', n: String(i) }, JSON.parse(value!)];
      }),
    );
    const done = JSON.parse(await succeed(Promise.resolve(process)));
    expect([done.in, done.rejected]).toEqual([50, 0]);
  }
  expect(new Set(await codecsOf(...CODECS.map((codec) => `theirs-${codec}`)))).toEqual(new Set(CODECS));
});

test('invalid records written by Kafka go to rejects with the reason', async () => {
  await fixture.log.createTopic('bad', { partitions: 1, retentionMs: undefined, compacted: false });
  const { value } = pricesAt('bad', 0)[0]!;
  await fixture.cluster.tool('console-producer', ['--topic', 'bad'], `no JSON\n${value}\n{"coin":"btc"}\n`);
  const args = ['--in', 'bad', '--out', 'candles', '--app', 'bad', '--bus', fixture.bus];
  const done = JSON.parse(await succeed(run(['process', 'candles', '--once', ...args])));
  expect([done.in, done.rejected]).toEqual([3, 2]);
  const { length } = (await recordsOf(fixture.log, 'rejects')).flat();
  const rejects = (await consumed('rejects', length))
    .map(([headers, , value]) => [headers, JSON.parse(value!)] as const)
    .filter(([, { topic }]) => topic === 'bad');
  expect(rejects).toEqual([
    ['schema:reject/1', expect.objectContaining({ partition: 0, offset: 0, value: 'no JSON' })],
    ['schema:reject/1', expect.objectContaining({ partition: 0, offset: 2, value: { coin: 'btc' } })],
  ]);
  expect(rejects.map(([, { why }]) => why)).toEqual([
    expect.stringContaining('not JSON'),
    expect.stringContaining('quote'),
  ]);
});

test("Kafka's tools show the groups: members, offsets and lag", async () => {
  const topic = 'lagging';
  await fixture.log.createTopic(topic, { partitions: 2, retentionMs: undefined, compacted: false });
  const prices = (tick: number) =>
    pricesAt(topic, tick).map((record, i) => ({ ...record, partitionKey: `${i % 2}` }));
  await fixture.log.append(prices(0));
  const args = [
    'process',
    'candles',
    '--in',
    topic,
    '--out',
    'candles',
    '--app',
    topic,
    '--bus',
    fixture.bus,
  ];
  await succeed(run([...args, '--once']));
  await fixture.log.append([...prices(1), ...prices(2)]);
  const describe = async () => {
    const text = await fixture.cluster.tool('groups', ['--describe', '--group', 'lagging.candles']);
    const [header = '', ...rows] = text
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('Consumer group'));
    const names = header.trim().split(/\s+/);
    return rows.map((row) =>
      Object.fromEntries(
        row
          .trim()
          .split(/\s+/)
          .map((cell, i) => [names[i], cell]),
      ),
    );
  };
  const sum = (rows: Record<string, string>[], name: string) =>
    rows.reduce((total, row) => total + Number(row[name]), 0);

  const idle = await describe();
  expect(idle.map(({ TOPIC }) => TOPIC)).toEqual([topic, topic]);
  expect([sum(idle, 'CURRENT-OFFSET'), sum(idle, 'LOG-END-OFFSET'), sum(idle, 'LAG')]).toEqual([8, 24, 16]);

  const running = start(args);
  await expect.poll(async () => sum(await describe(), 'LAG')).toBe(0);
  const busy = await describe();
  expect(busy.map((row) => row['CLIENT-ID'])).toEqual(['cryptopipe', 'cryptopipe']);
  running.child.kill('SIGTERM');
  expect((await running.done).code).toBe(0);
});
