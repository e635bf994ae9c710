import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { random } from '../../src/core/util/random.ts';
import { openLocalLog } from '../../src/log/local/open.ts';
import type { Log } from '../../src/log/log.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { openLake } from '../../src/sinks/lake/lake.ts';
import { s3Store } from '../../src/sinks/lake/store/s3/s3-store.ts';
import { sandbox, succeed } from '../e2e/cli.ts';
import { batchOf, fakeContext, LAKE, price } from '../sinks/fakes.ts';
import { entries } from '../sinks/lake/reading.ts';
import { openTestBucket, SECRETS } from './minio/bucket.ts';
import { markedPrices, readTable } from './minio/s3-sink.ts';
import { type Shared, shared } from './shared/shared.ts';

const { path, run, start } = sandbox();

let minio: Shared['minio'];
beforeAll(async () => {
  minio = await shared('minio');
});

const PARTITIONS = 3;
const open = async (): Promise<Log> => {
  const log = await openLocalLog(path('bus'), systemClock);
  await log.createTopic('prices', { partitions: PARTITIONS, retentionMs: undefined, compacted: false });
  return log;
};
async function fill(first: number, count: number): Promise<void> {
  const log = await open();
  await log.append(markedPrices('prices', first, count));
  await log.close();
}
const environment = (given: Record<string, string> = {}) => ({
  ...SECRETS,
  AWS_ENDPOINT_URL_S3: minio.endpoint,
  ...given,
});
const sink = (name: string, ...more: string[]) => [
  ...['sink', 's3', '--topics', 'prices', '--bus', 'local:bus', '--create-bucket'],
  ...['--url', `s3://faults/${name}`, ...more],
];
/** Expects each row once; files outside the log may be left. */
async function expectOnce(name: string, count: number): Promise<void> {
  const { marks, missing } = await readTable(name, minio.endpoint);
  expect([marks, missing]).toEqual([Array.from({ length: count }, (_, i) => `#${i}`), []]);
}

test.each([1, 2, 3, 4, 5])(
  'kill -9 at step %i of a flush: each record is in the table once',
  async (step) => {
    const name = `step-${step}`;
    await fill(0, 300);
    const killed = await run(
      sink(name, '--once'),
      environment({ CRYPTOPIPE_TEST_SIGNAL_AT: `SIGKILL ${step}` }),
    );
    expect(killed.code).toBe(null);
    await fill(300, 50);
    const again = await run(
      sink(name, '--once', '--rows', '40'),
      environment({ CRYPTOPIPE_TEST_SIGNAL_AT: `SIGKILL ${step} 2` }),
    );
    expect([null, 0]).toContain(again.code);
    await succeed(run(sink(name, '--once'), environment()));
    await expectOnce(name, 350);
  },
);

test('kill -9 of two sinks of a group at a hundred random moments: nothing is lost or duplicated', async () => {
  const draw = random(1, 's3-kill');
  const ROUNDS = 50;
  const EACH = 200;
  let killed = 0;
  for (let cycle = 0; cycle < ROUNDS; cycle++) {
    await fill(cycle * EACH, EACH);
    const running = [1, 2].map(() => start(sink('random', '--every', '100ms'), environment()));
    await sleep(300 + draw.below(700));
    for (const { child } of running) child.kill('SIGKILL');
    for (const { code } of await Promise.all(running.map(({ done }) => done)))
      killed += code === null ? 1 : 0;
  }
  expect(killed).toBe(2 * ROUNDS);
  await succeed(run(sink('random', '--once'), environment()));
  await expectOnce('random', ROUNDS * EACH);
});

test('a sink frozen before its commit that lost its partitions changes nothing and reports the reason', async () => {
  await fill(0, 100);
  const frozen = start(
    sink('frozen', '--every', '100ms'),
    environment({ CRYPTOPIPE_TEST_SIGNAL_AT: 'SIGSTOP 3' }),
  );
  const state = () => readFileSync(`/proc/${frozen.child.pid}/stat`, 'utf8').split(') ')[1]![0];
  await expect.poll(state).toBe('T');
  const other = start(sink('frozen', '--every', '100ms'), environment());
  await expect.poll(async () => (await readTable('frozen', minio.endpoint)).marks.length).toBe(100);
  await fill(100, 20);
  await expect.poll(async () => (await readTable('frozen', minio.endpoint)).marks.length).toBe(120);
  frozen.child.kill('SIGCONT');
  await fill(120, 20);
  await expect.poll(async () => (await readTable('frozen', minio.endpoint)).marks.length).toBe(140);
  for (const { child } of [frozen, other]) child.kill('SIGTERM');
  const [thawed] = await Promise.all([frozen.done, other.done]);
  expect(thawed.stderr).toMatch(/took over|no longer this process's|was not committed|another process wrote/);
  await expectOnce('frozen', 140);
});

/** The whole two minutes by hand: RACE_SECONDS=120. */
const SECONDS = Number(process.env.RACE_SECONDS ?? 10);

test('five sinks on five partitions, and two on one, race for versions: no gap, every offset once', async () => {
  const store = s3Store(await openTestBucket('s3://faults', minio.endpoint), 'race/prices');
  const over = Date.now() + SECONDS * 1000;
  const reached = new Map<number, number>();
  const work = async (partition: number) => {
    let fenced = 0;
    for (let lake = await taken(); Date.now() < over; )
      try {
        const values = Array.from({ length: 5 }, (_, i) =>
          price(lake.next + i, { fx_source: `${partition}/${lake.next + i}` }),
        );
        await lake.sink.write(batchOf(values, { first: lake.next, partition }));
        await lake.sink.flush(Date.now());
        lake.next += values.length;
        reached.set(partition, Math.max(lake.next, reached.get(partition) ?? 0));
      } catch (error) {
        expect(error).toMatchObject({ code: 'fenced' });
        fenced++;
        lake = await taken();
      }
    return fenced;
    async function taken() {
      const sink = await openLake(store, LAKE, fakeContext('prices'));
      return { sink, next: (await sink.start(partition))! };
    }
  };
  const fenced = await Promise.all([0, 1, 2, 3, 4, 4].map(work));
  const log = await entries(store);
  console.log(
    `${log.length} versions in ${SECONDS} s; the two on one partition were fenced ${fenced[4]! + fenced[5]!} times`,
  );
  expect(fenced[4]! + fenced[5]!).toBeGreaterThan(0);
  expect(fenced.slice(0, 4)).toEqual([0, 0, 0, 0]);
  const offsets = log
    .flat()
    .flatMap(({ add }) => (add ? [add.path] : []))
    .flatMap((name) => {
      const [, partition, first, last] = /prices-(\d+)-(\d+)-(\d+)/.exec(name)!.map(Number);
      return [`${partition}: ${first} to ${last}`];
    });
  expect(new Set(offsets).size).toBe(offsets.length);
  for (const partition of [0, 1, 2, 3, 4]) {
    const versions = log
      .flat()
      .flatMap(({ txn }) => (txn?.appId === `app.file/prices/${partition}` ? [txn.version] : []));
    expect(versions).toEqual(Array.from({ length: versions.length }, (_, i) => 5 * (i + 1)));
    expect(versions.at(-1)).toBe(reached.get(partition));
  }
});
