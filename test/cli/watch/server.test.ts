import { afterEach, expect, test } from 'vitest';
import { serveMetrics } from '../../../src/cli/watch/server.ts';
import type { Stage } from '../../../src/runtime/stage.ts';
import { fakeStage, handClock } from '../fakes.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(stages: readonly Stage[], hand = handClock()) {
  const server = await serveMetrics(stages, { host: '127.0.0.1', port: 0 }, hand.clock);
  closing.push(server.close);
  const get = async (path: string, init?: RequestInit) => {
    const answer = await fetch(`${server.url}${path}`, init);
    return { status: answer.status, text: await answer.text(), type: answer.headers.get('content-type') };
  };
  return { get, hand, server };
}

test('the metrics page has the counts of each stage', async () => {
  const { stage, stats } = fakeStage('sink file prices', []);
  Object.assign(stats, { in: 7, out: 5, late: 1, rejected: 3 });
  stats.rejectReasons = { 'no price': 2 };
  stats.dropped = { repeat: 4 };
  stats.written = { prices: 5 };
  stats.lag = { 'prices-file': 9 };
  stats.sink = { rows: 5, bytes: 1234, closed_by_time: 2 };
  stats.metered = { connections: 3 };
  stats.gaps = { backfilled: { count: 1, seconds: 60 }, missed: { count: 2, seconds: 90 } };
  const { get, hand } = await serve([stage]);
  stats.watermark = hand.clock.now() - 2500;
  await stage.commits.time(async () => {});
  const { status, text, type } = await get('/metrics');
  expect([status, type]).toEqual([200, expect.stringMatching(/^text\/plain/)]);
  const lines = text.split('\n').filter((line) => line.startsWith('cryptopipe_'));
  for (const line of [
    'cryptopipe_records_in_total{stage="sink file prices"} 7',
    'cryptopipe_records_out_total{stage="sink file prices"} 5',
    'cryptopipe_topic_records_written_total{stage="sink file prices",topic="prices"} 5',
    'cryptopipe_late_records_total{stage="sink file prices"} 1',
    'cryptopipe_rejected_records_total{stage="sink file prices",reason="no price"} 2',
    'cryptopipe_rejected_records_total{stage="sink file prices",reason="unusable"} 1',
    'cryptopipe_dropped_records_total{stage="sink file prices",reason="repeat"} 4',
    'cryptopipe_lag_records{stage="sink file prices",topic="prices-file"} 9',
    'cryptopipe_watermark_delay_seconds{stage="sink file prices"} 2.5',
    'cryptopipe_sink_operations_total{stage="sink file prices",operation="bytes"} 1234',
    'cryptopipe_sink_files_closed_total{stage="sink file prices",reason="time"} 2',
    'cryptopipe_source_events_total{stage="sink file prices",event="connections"} 3',
    'cryptopipe_source_gap_seconds_total{stage="sink file prices",backfilled="false"} 90',
    'cryptopipe_commit_seconds_count{stage="sink file prices"} 1',
  ])
    expect(lines).toContain(line);
  expect(text).toContain('process_resident_memory_bytes');
  expect(text).toContain('nodejs_eventloop_lag_seconds');
});

test('reading the metrics a second time does not count anything twice', async () => {
  const { stage, stats } = fakeStage('select', []);
  stats.in = 7;
  const { get } = await serve([stage]);
  await get('/metrics');
  expect((await get('/metrics')).text).toContain('cryptopipe_records_in_total{stage="select"} 7');
});

test('health and readiness answer 503 with the reason', async () => {
  const stage = { ...fakeStage('select', []).stage, isReady: false };
  const { get, hand } = await serve([stage]);
  expect(await get('/healthz')).toMatchObject({ status: 200, text: 'ok\n' });
  expect(await get('/readyz')).toMatchObject({ status: 503, text: 'select: waiting for its partitions\n' });
  stage.stats.lag = { tweets: 3 };
  await hand.turn(60_000);
  expect(await get('/healthz')).toMatchObject({
    status: 503,
    text: 'select: no progress for 1m with 3 unread records\n',
  });
});

test('other paths and methods are refused', async () => {
  const { get } = await serve([]);
  expect((await get('/')).status).toBe(404);
  expect((await get('/metrics', { method: 'POST' })).status).toBe(405);
});

test('an address in use is an error with a hint', async () => {
  const { server } = await serve([]);
  const port = Number(new URL(server.url).port);
  await expect(serveMetrics([], { host: '127.0.0.1', port }, handClock().clock)).rejects.toMatchObject({
    code: 'usage',
    message: `--metrics: cannot listen on 127.0.0.1:${port} (EADDRINUSE)`,
  });
});
