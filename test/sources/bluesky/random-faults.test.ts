import { expect, test } from 'vitest';
import { type Random, random } from '../../../src/core/util/random.ts';
import { readTime, SECOND } from '../../../src/core/util/time.ts';
import { uriOf } from '../../stubs/bluesky/network.ts';
import { type BlueskyDesk, blueskyDesk } from './harness.ts';

const ENDS = [
  { code: 1006 },
  { code: 1001, reason: 'server shutting down' },
  { code: 1008, error: 'ConsumerTooSlow' },
  { code: 1011, error: 'InternalError' },
];
const REFUSALS = [
  { status: 503, body: '{"error":"ServiceUnavailable","message":"cursor replay warming up"}' },
  { status: 500 },
  { status: 429, headers: { 'retry-after': '3' } },
  { status: 503, body: 'bootstrap in progress' },
];

/** Posts of which some name a coin, with edits and deletions among them. */
async function quietly(desk: BlueskyDesk, draw: Random): Promise<void> {
  for (let post = draw.below(14); post > 0; post--) {
    desk.post(draw.chance(0.6) ? 'bitcoin rises' : 'rain');
    await desk.pass(draw.below(1500) + 1);
  }
}

/** One of the ways in which servers fail. */
async function mischief(desk: BlueskyDesk, draw: Random): Promise<void> {
  for (const host of desk.hosts) {
    host.isSplit = draw.chance(0.2);
    if (draw.chance(0.3)) host.cuts.push(draw.below(12));
    if (draw.chance(0.3)) host.refusals.push(draw.pick(REFUSALS));
  }
  if (draw.chance(0.2)) for (const host of desk.hosts) host.silence();
  else for (const host of desk.hosts) host.end(draw.pick(ENDS));
  // Rarely the servers have forgotten what came before.
  if (draw.chance(0.08)) for (const host of desk.hosts) host.floor = desk.around.context.now() - 2000;
}

test('random faults on three servers: each post once, or in a gap that is not backfilled', async () => {
  const draw = random(11, 'bluesky faults');
  const desk = await blueskyDesk({}, { firstSeq: 50_000, delayMs: 150 }, { wire: 'v1', delayMs: 70 });
  let running = desk.run();
  await desk.opened();
  for (let fault = 0; fault < 120; fault++) {
    await quietly(desk, draw);
    await mischief(desk, draw);
    await quietly(desk, draw);
    if (draw.chance(0.15)) {
      await running.kill();
      await desk.pass(draw.below(20_000));
      running = desk.run();
    }
    await desk.until(() => desk.hosts.some(({ open }) => open > 0), 500);
  }
  for (const host of desk.hosts) host.cuts.length = 0;
  desk.post();
  await desk.pass(15 * SECOND);
  const last = uriOf(desk.post());
  await desk.until(() => desk.keys().includes(last));
  await running.stop();

  const written = desk.keys();
  expect(new Set(written).size).toBe(written.length);
  const missed = desk.gaps().filter(({ backfilled }) => !backfilled);
  const known = new Set(written);
  const lost = desk.network.events.filter(
    (event) =>
      String((event.body.record as { text?: string }).text).includes('bitcoin') && !known.has(uriOf(event)),
  );
  const isCovered = (at: number): boolean =>
    missed.some(({ from, to }) => readTime(from) - 200 <= at && at <= readTime(to) + 200);
  expect(lost.filter(({ at }) => !isCovered(at)).map(uriOf)).toEqual([]);
  expect(written.length).toBeGreaterThan(500);
  expect(lost.length).toBeLessThan(written.length / 5);
  expect(desk.gaps().length).toBeGreaterThan(50);
  expect(desk.hosts.map(({ clientFrames }) => clientFrames)).toEqual([0, 0, 0]);
  expect(desk.of('rejects')).toEqual([]);
}, 120_000);
