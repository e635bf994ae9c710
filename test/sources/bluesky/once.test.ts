import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR, MINUTE, readTime, SECOND } from '../../../src/core/util/time.ts';
import { uriOf } from '../../stubs/bluesky/network.ts';
import { blueskyDesk } from './harness.ts';

test('a first run with --once reads the posts of the last hour and ends', async () => {
  const desk = await blueskyDesk();
  desk.post('bitcoin is old');
  desk.around.turn(2 * HOUR);
  const kept = [uriOf(desk.post())];
  desk.around.turn(40 * MINUTE);
  kept.push(uriOf(desk.post()));
  desk.around.turn(5 * SECOND);
  await desk.runOnce();
  expect(desk.keys()).toEqual(kept);
  expect(desk.gaps()).toEqual([]);
  await desk.until(() => desk.server.open === 0);
});

test('the next run with --once reads what is new, each post once, and marks the time between as backfilled', async () => {
  const desk = await blueskyDesk();
  await desk.runOnce();
  const ended = desk.around.context.now();
  const uris: string[] = [];
  for (let minute = 0; minute < 30; minute++) {
    uris.push(uriOf(desk.post()));
    desk.around.turn(MINUTE);
  }
  await desk.runOnce();
  expect(desk.keys()).toEqual(uris);
  const [gap, ...others] = desk.gaps();
  expect(gap).toMatchObject({ reason: 'restart', backfilled: true });
  expect(readTime(gap!.to) - ended).toBeGreaterThanOrEqual(30 * MINUTE);
  expect(others).toEqual([]);
  uris.push(uriOf(desk.post()));
  await desk.runOnce();
  expect(desk.keys()).toEqual(uris);
});

test('a replay of many batches is read to its end', async () => {
  const desk = await blueskyDesk();
  await desk.runOnce();
  const uris: string[] = [];
  for (let post = 0; post < 3000; post++) {
    desk.post('rain');
    uris.push(uriOf(desk.post()));
    desk.around.turn(400);
  }
  await desk.runOnce();
  expect(desk.keys()).toEqual(uris);
});

test('a server whose clock is 20 minutes behind ends the run too', async () => {
  const desk = await blueskyDesk({ delayMs: -20 * MINUTE });
  const uris: string[] = [];
  for (let post = 0; post < 5; post++) {
    uris.push(uriOf(desk.post()));
    desk.around.turn(SECOND);
  }
  const began = desk.around.context.now();
  await desk.runOnce();
  expect(desk.keys()).toEqual(uris);
  expect(desk.around.context.now() - began).toBeLessThan(MINUTE);
});

test('cut in the middle of a replay, a run with --once goes on and ends', async () => {
  const desk = await blueskyDesk();
  await desk.runOnce();
  const uris: string[] = [];
  for (let post = 0; post < 40; post++) {
    uris.push(uriOf(desk.post()));
    desk.around.turn(SECOND);
  }
  desk.server.cuts.push(4, 4, 4, 4, 4, 4);
  await desk.runOnce();
  expect(desk.keys()).toEqual(uris);
});

test('servers that refuse four times in a row end a run with --once as unavailable, to be tried later', async () => {
  const desk = await blueskyDesk();
  for (let refusal = 0; refusal < 4; refusal++) desk.server.refusals.push({ status: 503 });
  await expect(desk.runOnce()).rejects.toMatchObject({
    code: 'unavailable',
    message: 'bluesky: no server can be read: HTTP 503',
    retry: true,
  });
  await desk.runOnce();
});

test('a server that repeats the last event and brings no new one ends a run with --once as unavailable', async () => {
  const desk = await blueskyDesk();
  await desk.runOnce();
  const running = desk.run({}, undefined, true);
  running.done.catch(() => {});
  await expect(Promise.all([running.done, desk.until(() => running.isOver)])).rejects.toMatchObject({
    code: 'unavailable',
    message: 'bluesky: no server can be read: silence',
  });
});

test('runs with --once, killed before any chunk, on servers of either wire: every post once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<('v2' | 'v1')[]>(['v2'], ['v1'], ['v2', 'v1']),
      fc.array(fc.record({ chunks: fc.option(fc.nat(3)), posts: fc.nat(5) }), { minLength: 2, maxLength: 6 }),
      async (wires, runs) => {
        const desk = await blueskyDesk(
          ...wires.map((wire, index) => ({ wire, firstSeq: 1000 * (index + 1), delayMs: index * 200 })),
        );
        // Only events just before the hour with which a first run begins prove that nothing after them is missed. Each run may be
        // the first that stores anything.
        for (let post = 0; post < 300; post++) {
          desk.post('rain');
          desk.around.turn(SECOND);
        }
        desk.around.turn(HOUR - 5 * MINUTE);
        const uris: string[] = [];
        for (const { chunks, posts } of [...runs, { chunks: null, posts: 1 }]) {
          for (let post = 0; post < posts; post++) {
            uris.push(uriOf(desk.post()));
            desk.around.turn(7 * SECOND);
          }
          await desk.runOnce({}, chunks ?? undefined);
        }
        expect([...desk.keys()].sort()).toEqual([...uris].sort());
        for (const { backfilled } of desk.gaps()) expect(backfilled).toBe(true);
      },
    ),
    { numRuns: 12 },
  );
});
