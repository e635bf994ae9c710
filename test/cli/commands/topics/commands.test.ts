import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { runCommandLine } from '../../../../src/cli/app.ts';
import type { Io } from '../../../../src/cli/process/io.ts';
import { systemClock } from '../../../../src/runtime/system-clock.ts';
import { fakeIo } from '../../fakes.ts';
import { withLocalBus } from '../../local-bus.ts';

let dir = '';
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'cli-topics-')), 'bus');
});

async function topics(line: string, changes: Partial<Io> = {}) {
  const { io, written } = fakeIo({ clock: systemClock, ...changes });
  const code = await runCommandLine(['topics', ...line.split(' '), '--bus', `local:${dir}`], io);
  return { code, ...written };
}
const fill = (topic: string, count: number) =>
  withLocalBus(dir, systemClock, (log) =>
    log.append(
      Array.from({ length: count }, (_, i) => ({
        topic,
        partitionKey: `${i}`,
        key: `k${i}`,
        value: `{"n":${i}}`,
        headers: {},
      })),
    ),
  );

describe('create', () => {
  test("create takes settings from flags, or from the topic's name", async () => {
    expect((await topics('create mine --partitions 2 --retention 1h --compact')).out).toBe(
      'created topic mine: 2 partitions, retention 1h, compacted\n',
    );
    expect((await topics('create market-cap')).out).toBe(
      'created topic market-cap: 1 partition, retention forever, compacted\n',
    );
    expect((await topics('create prices --retention forever')).out).toContain(
      '3 partitions, retention forever',
    );
  });

  test('a second create with the same settings succeeds and shows them', async () => {
    await topics('create mine --retention 1h --partitions 2');
    const expected = 'topic mine already exists: 2 partitions, retention 1h\n';
    for (const line of ['create mine', 'create mine --retention 1h', 'create mine --partitions 2 --update'])
      expect(await topics(line)).toEqual({ code: 0, out: expected, err: '' });
  });

  test('create with other settings changes nothing, and shows the differences and how to apply them', async () => {
    await topics('create mine --retention 1h');
    const { code, out } = await topics('create mine --retention 2h --compact');
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      'topic mine already exists: 3 partitions, retention 1h. It differs:',
      'SETTING         CURRENT  REQUESTED',
      'retention.ms    3600000  7200000',
      'cleanup.policy  delete   compact,delete',
      'To apply these settings, add --update to the command.',
      '',
    ]);
    expect((await topics('create mine')).out).toContain('retention 1h\n');
  });

  test('--update applies the requested settings, keeps the rest and shows the changes', async () => {
    await topics('create mine --retention 1h --compact --partitions 2');
    expect((await topics('create mine --config retention.ms=7200000 --update')).out).toBe(
      'updated topic mine:\nSETTING       OLD      NEW\nretention.ms  3600000  7200000\n',
    );
    expect((await topics('create mine --compact=false --update')).out).toContain('compact,delete  delete');
    expect((await topics('create mine')).out).toContain('2 partitions, retention 2h\n');
  });

  test('create without settings compares a pipeline topic with its defaults, except for partitions', async () => {
    await topics('create candles --partitions 2 --retention 1h --compact=false');
    expect((await topics('create candles')).out).toContain('delete   compact');
    expect((await topics('create candles --update')).out).toContain('retention.ms    3600000  -1');
    expect((await topics('create candles')).out).toContain('2 partitions, retention forever, compacted\n');
  });

  test('create shows a different number of partitions, and --update refuses it', async () => {
    await topics('create mine');
    const { code, out } = await topics('create mine --partitions 9');
    expect(code).toBe(0);
    expect(out).toMatch(/partitions +3 +9\n.*cannot change/s);
    expect(await topics('create mine --partitions 9 --update')).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('cannot be changed to 9'),
    });
  });

  test("--config takes Kafka's settings; warns about those that the embedded log ignores", async () => {
    const { code, out, err } = await topics(
      'create mine --config cleanup.policy=delete,compact --config retention.ms=3600000 --config segment.ms=10000',
    );
    expect([code, out]).toEqual([
      0,
      'created topic mine: 3 partitions, retention 1h, compacted, segment.ms=10000\n',
    ]);
    expect(err).toContain('does not support segment.ms; ignored');
    expect((await topics('create forever --config cleanup.policy=compact')).out).toContain(
      'retention forever, compacted',
    );
  });

  test('--config without = is the config file, as for every command', async () => {
    const file = `${dir}.json`;
    await writeFile(file, '{"retention": "3h"}');
    expect((await topics(`create one --config ${file} --config retention.ms=1000`)).code).toBe(2);
    expect((await topics(`create two --config segment.ms=1000 --config ${file}`)).out).toContain(
      'retention 3h',
    );
    expect((await topics('create three', { env: { CRYPTOPIPE_CONFIG: file } })).out).toContain(
      'retention 3h',
    );
    expect((await topics('create four --config none.json')).err).toContain(
      '--config none.json: there is no such file',
    );
  });

  test('a preset creates the topics of another project, and does nothing the second time', async () => {
    const { code, out } = await topics('create --preset lake-house');
    expect(code).toBe(0);
    expect(out).toBe(
      'created topic coin_market_cap: 1 partition, retention 2d, compacted, min.cleanable.dirty.ratio=0.001, segment.ms=10000, max.compaction.lag.ms=10000\n' +
        'created topic wallex: 1 partition, retention 2d\n',
    );
    expect(JSON.parse((await topics('list --json')).out)).toMatchObject([
      { name: 'coin_market_cap', partitions: 1, retention_ms: 172_800_000, compacted: true },
      { name: 'wallex', partitions: 1, retention_ms: 172_800_000, compacted: false },
    ]);
    expect((await topics('create --preset lake-house')).out).not.toContain('differs');
    await topics('create wallex --retention 1h --update');
    expect((await topics('create --preset lake-house --update')).out).toContain('3600000  172800000');
  });

  test.each([
    ['create', 'missing topic: write <topic>, or --preset lake-house'],
    ['create mine --preset lake-house', "unexpected argument 'mine'"],
    ['create --preset lakehouse', "no preset 'lakehouse'; did you mean lake-house?"],
    ['create --preset lake-house --partitions 2', '--partitions excludes --preset, which sets its own'],
    ['create --preset lake-house --config a=b', '--config excludes --preset, which sets its own'],
    ['create mine --config retention.ms=soon', "retention.ms 'soon' is not a number"],
    ['create mine --config cleanup.policy=shred', "cleanup.policy 'shred' is not delete"],
    ['create mine --retention 1h --config retention.ms=1', 'retention.ms duplicates --retention'],
    ['create mine --compact --config cleanup.policy=delete', 'cleanup.policy duplicates --compact'],
    ['create mine --retention 1h --config cleanup.policy=compact', 'write compact,delete'],
    ['create candles --config cleanup.policy=compact,delete', 'needs a --retention'],
  ])('%s exits 2', async (line, text) => {
    expect(await topics(line)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(text) });
    expect(existsSync(dir)).toBe(false);
  });
});

describe('list', () => {
  test('list shows a table of all topics by name, or JSON', async () => {
    await topics('create b --partitions 2');
    await fill('a', 1200);
    const { out } = await topics('list');
    expect(out.split('\n').map((line) => line.split(/ {2,}/)[0])).toEqual(['TOPIC', 'a', 'b', '']);
    expect(out).toContain('1,200');
    expect(JSON.parse((await topics('list --json')).out)).toMatchObject([
      { name: 'a', records: 1200, partitions: 3 },
      { name: 'b', records: 0, partitions: 2, retention_ms: 86_400_000, compacted: false },
    ]);
  });

  test('list does not create a missing bus', async () => {
    expect(await topics('list')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('no bus at local:'),
    });
    expect(existsSync(dir)).toBe(false);
  });
});

describe('describe', () => {
  test('describe shows settings, partitions, and groups with their lag', async () => {
    await fill('mine', 30);
    const groupLag = await withLocalBus(dir, systemClock, async (log) => {
      const ends = (await log.describe('mine'))!.partitionInfos.map(({ end }) => end);
      let done = () => {};
      const committed = new Promise<void>((resolve) => {
        done = resolve;
      });
      const membership = await log.join({
        group: 'app.count',
        inputs: ['mine'],
        exclusive: true,
        assigned: (task) =>
          void (async () => {
            if (task.partition === 0)
              await task.commit({ outputs: [], offsets: new Map([['mine', 1]]), state: [] }).then(done);
            await task.release();
          })(),
      });
      await committed;
      await membership.leave();
      return ends.map((end, partition) => (partition === 0 ? end - 1 : end));
    });
    const described = JSON.parse((await topics('describe mine --json')).out);
    expect(described).toMatchObject({ name: 'mine', partitions: 3, retention_ms: 86_400_000 });
    expect(described.partition_infos.map((info: { records: number }) => info.records)).toEqual(
      groupLag.map((lag, partition) => (partition === 0 ? lag + 1 : lag)),
    );
    expect(described.groups).toEqual(
      groupLag.map((lag, partition) => ({
        group: 'app.count',
        partition,
        committed: partition === 0 ? 1 : described.groups[partition].committed,
        lag,
      })),
    );
    const { out } = await topics('describe mine');
    expect(out).toMatch(/^mine: retention 1d\n\nPARTITION {2}RECORDS/);
    expect(out).toMatch(/app\.count +0 +1 /);
  });

  test('describe suggests the right name for a misspelled topic', async () => {
    await topics('create prices');
    expect(await topics('describe price')).toMatchObject({
      code: 2,
      err: expect.stringContaining("no topic 'price'"),
    });
    expect((await topics('describe price')).err).toContain('did you mean prices?');
  });
});

describe('tail', () => {
  test('tail shows the last ten records, or as many as the limit', async () => {
    await fill('mine', 30);
    const values = ({ out }: { out: string }) =>
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).value.n as number);
    expect(values(await topics('tail mine --json'))).toHaveLength(10);
    expect(values(await topics('tail mine --json --limit 3'))).toHaveLength(3);
    expect(values(await topics('tail mine --json --from start')).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 30 }, (_, i) => i),
    );
    expect(values(await topics('tail mine --json --from -4 --limit 2'))).toHaveLength(2);
    expect((await topics('tail mine --from end')).out).toBe('');
  });

  test('--follow ends on a signal, and at the limit', async () => {
    await fill('mine', 5);
    const { io, written, stop } = fakeIo({ clock: systemClock });
    const argv = ['topics', 'tail', 'mine', '--follow', '--json', '--bus', `local:${dir}`];
    stop.abort();
    expect(await runCommandLine(argv, io)).toBe(0);
    expect(written.out.trimEnd().split('\n')).toHaveLength(5);
    const limited = fakeIo({ clock: systemClock });
    expect(await runCommandLine([...argv, '--limit', '2'], limited.io)).toBe(0);
    expect(limited.written.out.trimEnd().split('\n')).toHaveLength(2);
  });
});

describe('reset', () => {
  const place = async (topic: string) =>
    JSON.parse((await topics(`describe ${topic} --json`)).out).groups.map(
      ({ group, committed }: { group: string; committed: number }) => [group, committed],
    );
  const answer = (yes: boolean) => ({ inIsTerminal: true, ask: async () => yes });

  test('reset moves a group before its first run, and shows old and new offsets', async () => {
    await topics('create late');
    await fill('late', 5);
    const { code, out } = await topics('reset late --group app.count --from 3 --yes');
    expect(code).toBe(0);
    expect(out).toBe('PARTITION  FROM  TO\n        0     -   3\nmoved group app.count in topic late\n');
    expect(await place('late')).toEqual([['app.count', 3]]);
    expect((await topics('reset late --group app.count --from start --yes')).out).toContain('0     3   0');
  });

  test.each([
    ['start', 0],
    ['end', 5],
    ['2', 2],
    ['99', 5],
    ['2000-01-01', 0],
    ['2999-01-01', 5],
  ])('reset moves to %s, within the retained records', async (from, offset) => {
    await topics('create late');
    await fill('late', 5);
    await topics(`reset late --group g --from ${from} --yes`);
    expect(await place('late')).toEqual([['g', offset]]);
  });

  test('--skip moves a group past one record, in its partition only', async () => {
    await topics('create late');
    await fill('late', 5);
    await topics('reset late --group g --from 2 --yes');
    expect((await topics('reset late --group g --skip 2 --yes')).out).toBe(
      'PARTITION  FROM  TO\n        0     2   3\nmoved group g in topic late\n',
    );
    expect((await topics('reset late --group g --skip 4 --partition 0 --yes')).out).toContain(
      'also skips 1 uncommitted offset before it',
    );
    expect(await place('late')).toEqual([['g', 5]]);
  });

  test('reset asks on a terminal, and does not move the group on a no', async () => {
    await fill('late', 5);
    expect((await topics('reset late --group g --from end', answer(false))).out).toContain(
      'group g was not moved\n',
    );
    expect(await place('late')).toEqual([]);
    expect((await topics('reset late --group g --from end', answer(true))).out).toContain('moved');
    expect((await topics('reset late --group g --from end')).err).toContain('--yes');
  });

  test('reset does not move a running group: exit 3', async () => {
    await fill('late', 5);
    await withLocalBus(dir, systemClock, async (log) => {
      const { membership } = {
        membership: await log.join({
          group: 'g',
          inputs: ['late'],
          exclusive: true,
          assigned: (task) => void task.revoked.addEventListener('abort', () => void task.release()),
        }),
      };
      expect(await topics('reset late --group g --from end --yes')).toMatchObject({ code: 3 });
      await membership.leave();
    });
    expect((await topics('reset late --group g --from end --yes')).code).toBe(0);
  });

  test.each([
    ['reset late --yes', 'missing --group: write --group NAME'],
    ['reset late --yes', 'missing --from: write --from start'],
    ['reset late --group g --from -3 --yes', "'-3' counts back"],
    ['reset late --group g --skip 1 --yes', 'late/0 has no record at offset 1: its end offset is 1'],
    ['reset late --group g --skip 0 --partition 1 --yes', 'topic late has 1 partition'],
    ['reset late --group g --skip x --yes', "'x' is not a whole number"],
    ['reset late --group g --skip 0 --from start --yes', '--skip excludes --from'],
    ['reset nothing --group g --from start --yes', "no topic 'nothing'"],
  ])('%s exits 2: %s', async (line, text) => {
    await fill('late', 1);
    expect(await topics(line)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(text) });
  });
});

describe('delete', () => {
  test('delete asks on a terminal, and keeps the topic on a no', async () => {
    await fill('mine', 1234);
    const asked: string[] = [];
    const ask = (answer: boolean) => ({
      inIsTerminal: true,
      ask: async (question: string) => {
        asked.push(question);
        return answer;
      },
    });
    expect((await topics('delete mine', ask(false))).out).toBe('topic mine was not deleted\n');
    expect(asked).toEqual(['Delete topic mine and its 1,234 records?']);
    expect((await topics('delete mine', ask(true))).out).toBe('deleted topic mine\n');
    expect((await topics('delete mine', ask(true))).code).toBe(2);
  });

  test('delete needs --yes without a terminal', async () => {
    await fill('mine', 1);
    expect(await topics('delete mine')).toMatchObject({ code: 2, err: expect.stringContaining('--yes') });
    expect((await topics('delete mine --yes')).code).toBe(0);
    expect(JSON.parse((await topics('list --json')).out)).toEqual([]);
  });
});
