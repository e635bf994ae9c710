import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLocalLog } from '../../src/log/local/open.ts';
import type { Log } from '../../src/log/log.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { faultMatrix } from './minio/matrix.ts';
import { allOnce, markedPrices, readTable, s3Stage } from './minio/s3-sink.ts';
import { type Minio, startMinio } from './minio/server.ts';

let dir: string;
let log: Log;
let minio: Minio;
beforeAll(async () => {
  minio = await startMinio();
  dir = mkdtempSync(join(tmpdir(), 'cryptopipe-'));
  log = await openLocalLog(dir, systemClock);
});
afterAll(async () => {
  await log?.close();
  await minio?.close();
  rmSync(dir, { recursive: true, force: true });
});

faultMatrix(
  () => log,
  async () => minio,
);

test('the sink continues after MinIO is killed during a write and restarted', async () => {
  await log.createTopic('killed', { partitions: 3, retentionMs: undefined, compacted: false });
  const stage = s3Stage(log, 'killed', 'killed', minio.endpoint, 100);
  await stage.start();
  const feed = async (first: number) => {
    for (let i = 0; i < 10; i++, await sleep(50))
      await log.append(markedPrices('killed', first + i * 20, 20));
  };
  await feed(0);
  await minio.kill();
  await feed(200);
  await minio.start();
  await feed(400);
  await Promise.race([stage.failed, stage.finish('clock')]);
  expect(await readTable('killed', minio.endpoint)).toEqual(allOnce(600));
});
