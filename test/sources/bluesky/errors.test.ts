import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, readTime, SECOND } from '../../../src/core/util/time.ts';
import { uriOf } from '../../stubs/bluesky/network.ts';
import { type BlueskyDesk, blueskyDesk } from './harness.ts';

/** Posts, a second apart, that name a coin. */
async function posts(desk: BlueskyDesk, count: number): Promise<(string | null)[]> {
  const uris: (string | null)[] = [];
  for (let post = 0; post < count; post++) {
    uris.push(uriOf(desk.post(`bitcoin ${post}`)));
    await desk.pass(SECOND);
  }
  return uris;
}
/** A stream that has proved stable. */
async function stable(desk: BlueskyDesk) {
  const running = desk.run();
  await desk.opened();
  return { running, uris: await posts(desk, 12) };
}
const whole = async (desk: BlueskyDesk, uris: readonly unknown[]) => {
  await desk.until(() => new Set(desk.keys()).size >= uris.length);
  expect(desk.keys()).toEqual(uris);
};
const asked = (desk: BlueskyDesk, host = 0) =>
  desk.hosts[host]!.asked.map(({ searchParams }) => searchParams.get('cursor'));

describe('before the upgrade, v2', () => {
  test('400 InvalidRequest stops the source with what the server said', async () => {
    const desk = await blueskyDesk();
    const body = JSON.stringify({ error: 'InvalidRequest', message: 'unknown parameter kinds' });
    desk.server.refusals.push({ status: 400, body });
    await expect(desk.run().done).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringContaining('refuses the request: unknown parameter kinds'),
    });
  });

  test('400 UnknownZstdDictionary stops the source, which asks for no dictionary', async () => {
    const desk = await blueskyDesk();
    const body = JSON.stringify({ error: 'UnknownZstdDictionary', message: 'no such dictionary' });
    desk.server.refusals.push({ status: 400, body });
    await expect(desk.run().done).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringContaining('refuses the request: no such dictionary'),
    });
    expect(desk.server.asked.map(({ searchParams }) => searchParams.has('zstdDictionary'))).toEqual([false]);
  });

  test('400 CursorTooOld: what is missed is a gap to the oldest event, and the rest is backfilled', async () => {
    const desk = await blueskyDesk();
    const { running, uris } = await stable(desk);
    await running.stop();
    const stoppedAt = desk.around.context.now();
    desk.around.turn(2 * HOUR);
    await posts(desk, 2);
    desk.around.turn(38 * HOUR);
    const floor = desk.post('bitcoin at the floor');
    desk.server.floor = floor.at;
    desk.around.turn(HOUR);
    const late = desk.post('bitcoin again');
    desk.run();
    await whole(desk, [...uris, uriOf(floor), uriOf(late)]);
    await posts(desk, 2);
    await desk.until(() => desk.gaps().length === 2);
    const [missed, filled] = desk.gaps();
    expect(missed).toMatchObject({ reason: 'restart', backfilled: false });
    expect(readTime(missed!.from)).toBeLessThanOrEqual(stoppedAt);
    expect(readTime(missed!.to)).toBe(floor.at);
    expect(filled).toMatchObject({ from: missed!.to, backfilled: true });
    expect(desk.around.warnings.join()).toContain('no longer has the last event');
  });

  test('503 at start: the next server is asked after a second', async () => {
    const desk = await blueskyDesk({}, { firstSeq: 5000 });
    const body = JSON.stringify({ error: 'ServiceUnavailable', message: 'bootstrap in progress' });
    desk.server.refusals.push({ status: 503, body });
    desk.run();
    await desk.until(() => desk.hosts[1]!.open === 1);
    expect(desk.around.warnings).toEqual(['bluesky: HTTP 503: bootstrap in progress; trying other servers']);
    await whole(desk, await posts(desk, 1));
  });

  test('503 again and again: the waits double from 1 s to 30 s', async () => {
    const desk = await blueskyDesk();
    for (let refusal = 0; refusal < 8; refusal++) desk.server.refusals.push({ status: 503 });
    desk.run();
    await desk.opened();
    expect(desk.around.sleeps.map((span) => span / 1050)).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
    expect(desk.around.warnings).toHaveLength(1);
  });

  test('503 with Retry-After: the wait is at least that long', async () => {
    const desk = await blueskyDesk();
    desk.server.refusals.push({ status: 503, headers: { 'retry-after': '20' } });
    desk.run();
    await desk.opened();
    expect(desk.around.sleeps).toEqual([20_000]);
  });

  test('a server that cannot be reached is left for the next one', async () => {
    const desk = await blueskyDesk({}, {});
    await desk.server.close();
    desk.run();
    await desk.until(() => desk.hosts[1]!.open === 1);
    expect(desk.around.warnings[0]).toContain('connection failed');
  });
});

describe('before the upgrade, v1', () => {
  test('a server that answers 404 to the v2 path is read by the old protocol', async () => {
    const desk = await blueskyDesk({ wire: 'v1' });
    desk.run();
    await desk.opened();
    await whole(desk, await posts(desk, 2));
    expect(desk.server.asked.map(({ pathname }) => pathname)).toEqual([
      '/xrpc/network.bsky.jetstream.subscribeEvents',
      '/subscribe',
    ]);
    expect(desk.around.logged.join()).toContain('supports only the old protocol');
  });

  test('400 in plain text stops the source with its text', async () => {
    const desk = await blueskyDesk({ wire: 'v1' });
    desk.server.refusals.push({ status: 404 }, { status: 400, body: 'invalid cursor\n' });
    await expect(desk.run().done).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringContaining('refuses the request: invalid cursor'),
    });
  });

  test('503 in plain text waits, with its text', async () => {
    const desk = await blueskyDesk({ wire: 'v1' });
    desk.server.refusals.push({ status: 404 }, { status: 503, body: 'cursor replay warming up\n' });
    desk.run();
    await desk.opened();
    expect(desk.around.warnings[0]).toContain('HTTP 503: cursor replay warming up');
  });

  test('a cursor that is too old is moved up silently: the difference is a gap', async () => {
    const desk = await blueskyDesk({ wire: 'v1' });
    const { running, uris } = await stable(desk);
    await running.stop();
    await desk.pass(MINUTE);
    desk.post('bitcoin is missed');
    await desk.pass(MINUTE);
    const floor = desk.post('bitcoin at the floor');
    desk.server.floor = floor.at;
    desk.run();
    await whole(desk, [...uris, uriOf(floor)]);
    await desk.until(() => desk.gaps().length > 0);
    expect(desk.gaps()[0]).toMatchObject({ backfilled: false, to: new Date(floor.at).toISOString() });
  });
});

describe('an open stream', () => {
  test('a ping is answered by a pong alone: no data frame is ever sent', async () => {
    const desk = await blueskyDesk();
    const { uris } = await stable(desk);
    desk.server.ping();
    await whole(desk, [...uris, ...(await posts(desk, 2))]);
    expect(desk.server.clientFrames).toBe(0);
    expect(desk.server.asked).toHaveLength(1);
  });

  test('ConsumerTooSlow: it resumes at the last event, and says so', async () => {
    const desk = await blueskyDesk();
    const { uris } = await stable(desk);
    desk.server.end({ error: 'ConsumerTooSlow', code: 1008 });
    await desk.until(() => desk.server.asked.length === 2);
    await whole(desk, [...uris, ...(await posts(desk, 2))]);
    expect(desk.around.warnings.join()).toContain('read too slowly');
    expect(asked(desk)).toEqual([null, '1012']);
    await desk.until(() => desk.gaps().length > 0);
    expect(desk.gaps()).toMatchObject([{ reason: 'ConsumerTooSlow', backfilled: true }]);
  });

  test('an InternalError frame and a close: it resumes at the last event', async () => {
    const desk = await blueskyDesk();
    const { uris } = await stable(desk);
    desk.server.end({ error: 'InternalError', code: 1011 });
    await desk.until(() => desk.server.asked.length === 2);
    await whole(desk, [...uris, ...(await posts(desk, 2))]);
    await desk.until(() => desk.gaps().length > 0);
    expect(desk.gaps()).toMatchObject([{ reason: 'InternalError', backfilled: true }]);
  });

  test('1001: another server follows at once, by time, and nothing comes twice', async () => {
    const desk = await blueskyDesk({}, { firstSeq: 700_000, delayMs: 300 });
    const { uris } = await stable(desk);
    desk.server.end({ code: 1001, reason: 'server shutting down' });
    await desk.until(() => desk.hosts[1]!.open === 1);
    await whole(desk, [...uris, ...(await posts(desk, 2))]);
    expect(Number(asked(desk, 1)[0])).toBeGreaterThan(1e15);
    expect(desk.counts.repeat).toBeGreaterThan(0);
    expect(desk.around.sleeps).toEqual([]);
    await desk.until(() => desk.gaps().length > 0);
    expect(desk.gaps()).toMatchObject([{ reason: 'server shutting down (1001)', backfilled: true }]);
  });

  test('1006 without a reason: the same server at once, by number', async () => {
    const desk = await blueskyDesk({}, {});
    const { uris } = await stable(desk);
    desk.server.end({ code: 1006 });
    await desk.until(() => desk.server.asked.length === 2);
    await whole(desk, [...uris, ...(await posts(desk, 2))]);
    expect(asked(desk)).toEqual([null, '1012']);
    expect(desk.hosts[1]!.asked).toEqual([]);
  });

  test.each(['v2', 'v1'] as const)(
    '1006 after some events of a replay, on %s: the next stream goes on from there',
    async (wire) => {
      const desk = await blueskyDesk({ wire });
      const { running, uris } = await stable(desk);
      await running.stop();
      const missed = await posts(desk, 10);
      // A v1 server repeats the last 5 s first.
      desk.server.cuts.push(8, 8);
      desk.run();
      await whole(desk, [...uris, ...missed]);
      await posts(desk, 3);
      await desk.until(() => desk.gaps().length > 0);
      expect(desk.gaps()).toMatchObject([{ reason: 'restart, closed (1006)', backfilled: true }]);
    },
  );

  test('the old wire loses events at the change from replay to live: the next replay, from 5 s before, brings them', async () => {
    const desk = await blueskyDesk({ wire: 'v1' });
    const { uris } = await stable(desk);
    desk.server.lost = 2;
    const lost = await posts(desk, 2);
    const next = await posts(desk, 1);
    await desk.until(() => desk.keys().includes(next[0]!));
    expect(desk.keys()).not.toContain(lost[0]);
    desk.server.end({ code: 1006 });
    await desk.until(() => lost.every((uri) => desk.keys().includes(uri!)));
    expect([...desk.keys()].sort()).toEqual([...uris, ...lost, ...next].sort());
  });

  test('silence for 10 s, pings or not: another server follows', async () => {
    const desk = await blueskyDesk({}, { firstSeq: 9000 });
    const { uris } = await stable(desk);
    desk.server.silence();
    const lost = await posts(desk, 3);
    for (let ping = 0; ping < 4; ping++) {
      await desk.pass(2 * SECOND);
      desk.server.ping();
    }
    await desk.until(() => desk.hosts[1]!.open === 1);
    await whole(desk, [...uris, ...lost, ...(await posts(desk, 2))]);
    await desk.until(() => desk.gaps().length > 0);
    expect(desk.gaps()).toMatchObject([{ reason: 'silence', backfilled: true }]);
  });

  test('OutdatedCursor: a time cursor below the floor is moved up, and said', async () => {
    const desk = await blueskyDesk({}, {});
    const { running, uris } = await stable(desk);
    await running.stop();
    desk.post('bitcoin is missed');
    await desk.pass(MINUTE);
    const floor = desk.post('bitcoin at the floor');
    desk.hosts[1]!.floor = floor.at;
    await desk.pass(SECOND);
    desk.run({ hosts: [desk.hosts[1]!.url] });
    await desk.until(() => desk.hosts[1]!.open === 1);
    await whole(desk, [...uris, uriOf(floor), ...(await posts(desk, 2))]);
    expect(desk.around.warnings.join()).toContain('the server has no events back to');
    await desk.until(() => desk.gaps().length === 2);
    expect(desk.gaps().map(({ backfilled }) => backfilled)).toEqual([false, true]);
  });

  test('the old wire mixes up its replay: nothing is lost and nothing comes twice', async () => {
    const desk = await blueskyDesk({ wire: 'v1' });
    const { running, uris } = await stable(desk);
    await running.stop();
    const missed = await posts(desk, 7);
    desk.server.isDisordered = true;
    desk.run();
    await desk.until(() => desk.keys().length >= uris.length + missed.length);
    await posts(desk, 2);
    expect([...desk.keys()].sort()).toHaveLength(new Set(desk.keys()).size);
    for (const uri of missed) expect(desk.keys()).toContain(uri);
  });

  test('messages that are split over TCP segments are whole', async () => {
    const desk = await blueskyDesk();
    desk.server.isSplit = true;
    const running = desk.run();
    await desk.opened();
    const text = `bitcoin ${'é🚀'.repeat(495)}`;
    expect(Buffer.byteLength(text)).toBeGreaterThan(2900);
    const uri = uriOf(desk.post(text));
    await whole(desk, [uri]);
    expect(JSON.parse(desk.of('posts-bluesky')[0]!.value!).payload.record.text).toBe(text);
    await running.stop();
  });

  test('a server that numbers its events anew is asked by time', async () => {
    const desk = await blueskyDesk();
    const { running, uris } = await stable(desk);
    await running.stop();
    const missed = await posts(desk, 3);
    desk.server.firstSeq = 5;
    desk.server.refusals.push();
    desk.run();
    // A number in the future: the stream starts at the newest event.
    await desk.opened();
    const next = await posts(desk, 2);
    await whole(desk, [...uris, ...missed, ...next]);
    await posts(desk, 1);
    await desk.until(() => desk.gaps().length > 0);
    expect(desk.gaps().every(({ backfilled }) => backfilled)).toBe(true);
  });

  test('a message that is not JSON is rejected, and one of a new kind is counted', async () => {
    const desk = await blueskyDesk();
    desk.run();
    await desk.opened();
    desk.server.raw('{"a":');
    desk.server.raw('{"$type":"message","payload":{"$type":"com.example#new"}}');
    await desk.until(() => desk.of('rejects').length > 0 && desk.counts['unknown message'] === 1);
    expect(desk.valuesOf('rejects')).toMatchObject([{ topic: 'posts-bluesky', text: '{"a":' }]);
  });
});
