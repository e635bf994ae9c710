import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { app } from '../../../src/cli/app.ts';
import { withBus } from '../../../src/cli/bus.ts';
import type { Io } from '../../../src/cli/io.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { fakeIo } from '../fakes.ts';

let dir = '';
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'cli-topics-')), 'bus');
});

async function topics(line: string, changes: Partial<Io> = {}) {
  const { io, written } = fakeIo({ clock: systemClock, ...changes });
  const code = await app(['topics', ...line.split(' '), '--bus', `local:${dir}`], io);
  return { code, ...written };
}
const fill = (topic: string, count: number) =>
  withBus({ dir }, systemClock, (log) =>
    log.append(
      Array.from({ length: count }, (_, i) => ({
        topic,
        by: `${i}`,
        key: `k${i}`,
        value: `{"n":${i}}`,
        headers: {},
      })),
    ),
  );

describe('create', () => {
  test('takes its settings from flags, else from the name', async () => {
    expect((await topics('create mine --partitions 2 --retention 1h --compact')).out).toBe(
      'topic mine made: 2 partitions, kept 1h, compacted\n',
    );
    expect((await topics('create market-cap')).out).toBe(
      'topic market-cap made: 1 partition, kept for good, compacted\n',
    );
    expect((await topics('create prices --retention forever')).out).toContain('3 partitions, kept for good');
  });

  test('twice alike is fine, otherwise a usage problem', async () => {
    await topics('create mine');
    expect(await topics('create mine')).toMatchObject({
      code: 0,
      out: expect.stringContaining('was there already'),
    });
    expect(await topics('create mine --partitions 9')).toMatchObject({ code: 2, out: '' });
  });
});

describe('list', () => {
  test('a table of all topics by name, or JSON', async () => {
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

  test('a bus that is not there is not made', async () => {
    expect(await topics('list')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('no bus at local:'),
    });
    expect(existsSync(dir)).toBe(false);
  });
});

describe('describe', () => {
  test('has settings, partitions, and groups with their lag', async () => {
    await fill('mine', 30);
    const lags = await withBus({ dir }, systemClock, async (log) => {
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
      lags.map((lag, partition) => (partition === 0 ? lag + 1 : lag)),
    );
    expect(described.groups).toEqual(
      lags.map((lag, partition) => ({
        group: 'app.count',
        partition,
        committed: partition === 0 ? 1 : described.groups[partition].committed,
        lag,
      })),
    );
    const { out } = await topics('describe mine');
    expect(out).toMatch(/^mine: kept 1d\n\nPARTITION {2}RECORDS/);
    expect(out).toMatch(/app\.count +0 +1 /);
  });

  test('a mistyped name is answered with the right one', async () => {
    await topics('create prices');
    expect(await topics('describe price')).toMatchObject({
      code: 2,
      err: expect.stringContaining("there is no topic 'price'"),
    });
    expect((await topics('describe price')).err).toContain('did you mean prices?');
  });
});

describe('tail', () => {
  test('shows the last ten, or as many as the limit', async () => {
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

  test('--follow ends with the signal, and with the limit', async () => {
    await fill('mine', 5);
    const { io, written, stop } = fakeIo({ clock: systemClock });
    const argv = ['topics', 'tail', 'mine', '--follow', '--json', '--bus', `local:${dir}`];
    stop.abort();
    expect(await app(argv, io)).toBe(0);
    expect(written.out.trimEnd().split('\n')).toHaveLength(5);
    const limited = fakeIo({ clock: systemClock });
    expect(await app([...argv, '--limit', '2'], limited.io)).toBe(0);
    expect(limited.written.out.trimEnd().split('\n')).toHaveLength(2);
  });
});

describe('delete', () => {
  test('asks on a terminal, and a no keeps the topic', async () => {
    await fill('mine', 1234);
    const asked: string[] = [];
    const ask = (answer: boolean) => ({
      inIsTerminal: true,
      ask: async (question: string) => {
        asked.push(question);
        return answer;
      },
    });
    expect((await topics('delete mine', ask(false))).out).toBe('topic mine stays\n');
    expect(asked).toEqual(['Delete topic mine with 1,234 records?']);
    expect((await topics('delete mine', ask(true))).out).toBe('topic mine deleted\n');
    expect((await topics('delete mine', ask(true))).code).toBe(2);
  });

  test('where nobody can be asked it needs --yes', async () => {
    await fill('mine', 1);
    expect(await topics('delete mine')).toMatchObject({ code: 2, err: expect.stringContaining('--yes') });
    expect((await topics('delete mine --yes')).code).toBe(0);
    expect(JSON.parse((await topics('list --json')).out)).toEqual([]);
  });
});
