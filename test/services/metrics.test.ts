import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Running, sandbox, succeed } from '../e2e/cli.ts';
import { slowest } from '../limits.ts';
import { SECRETS } from './minio/bucket.ts';
import { type Minio, startMinio } from './minio/server.ts';
import { shared } from './shared/shared.ts';

const { run, start } = sandbox();
const BUS = ['--bus', 'local:bus'];
const SERVED = /metrics at (\S+)\/metrics/;

let minio: Minio;
beforeAll(async () => {
  minio = await startMinio();
});
afterAll(() => minio?.close());

/** The address at which a started command serves. */
async function servedAt(running: Running, output: () => string): Promise<string> {
  await running.saw('metrics at');
  return SERVED.exec(output())![1]!;
}

function startServing(args: readonly string[], env: Record<string, string> = {}) {
  const running = start([...args, ...BUS, '--metrics', '127.0.0.1:0'], env);
  let text = '';
  running.child.stderr!.on('data', (data) => {
    text += data;
  });
  return servedAt(running, () => text).then((url) => ({ running, url }));
}

const prices = (count: number, from: number): string =>
  `time,price\n${Array.from({ length: count }, (_, i) => `${new Date(Date.UTC(2026, 2, 2) + (from + i) * 1000).toISOString()},${100 + i}`).join('\n')}\n`;

const importPrices = (count: number, from: number) =>
  succeed(
    run(
      [
        'produce',
        'prices',
        '--source',
        'file',
        '--file',
        '-',
        '--base',
        'btc',
        '--quote',
        'usdt',
        '--once',
        ...BUS,
      ],
      {},
      prices(count, from),
    ),
  );

async function statusOf(url: string): Promise<number> {
  const { status } = await fetch(`${url}/healthz`);
  return status;
}

async function becomes(status: number, url: string, withinMs: number): Promise<void> {
  const began = Date.now();
  while ((await statusOf(url)) !== status) {
    if (Date.now() - began > withinMs) throw new Error(`/healthz was not ${status} within ${withinMs} ms`);
    await sleep(500);
  }
}

test('the metrics page of a pipeline passes the lint of Prometheus, and counts what was read', async () => {
  await importPrices(500, 0);
  const { running, url } = await startServing(['process', '--window', '1m']);
  await expect
    .poll(async () => (await fetch(`${url}/metrics`)).text())
    .toMatch(/cryptopipe_records_in_total\{stage="join"\} 500/);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const page = await (await fetch(`${url}/metrics`)).text();
  const { program } = await shared('promtool');
  const { status, stderr, stdout } = spawnSync(program, ['check', 'metrics'], {
    input: page,
    encoding: 'utf8',
  });
  expect([status, stderr + stdout]).toEqual([0, '']);
  running.child.kill('SIGTERM');
  expect((await running.done).code).toBe(0);
});

test('a sink whose store is frozen turns unhealthy, and healthy again after it', async () => {
  const lake = [
    '--url',
    's3://frozen/lake',
    '--endpoint',
    minio.endpoint,
    '--create-bucket',
    '--every',
    '1s',
  ];
  await importPrices(500, 0);
  await succeed(run(['process', 'join', '--once', ...BUS]));
  const { running, url } = await startServing(['sink', 's3', '--topics', 'prices', ...lake], { ...SECRETS });
  await expect
    .poll(async () => (await fetch(`${url}/metrics`)).text())
    .toMatch(/cryptopipe_sink_operations_total\{stage="sink s3 prices",operation="rows"\} 500/);
  expect(await statusOf(url)).toBe(200);
  minio.freeze();
  try {
    await importPrices(500, 500);
    await succeed(run(['process', 'join', '--once', ...BUS]));
    await becomes(503, url, slowest(70_000));
  } finally {
    minio.thaw();
  }
  await becomes(200, url, slowest(30_000));
  await expect
    .poll(async () => (await fetch(`${url}/metrics`)).text())
    .toMatch(/cryptopipe_sink_operations_total\{stage="sink s3 prices",operation="rows"\} 1000/);
  running.child.kill('SIGTERM');
  expect((await running.done).code).toBe(0);
});
