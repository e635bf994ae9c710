import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ticks } from '../../../../src/sources/shared/poll/ticks.ts';
import { START, turned } from '../../turned.ts';

const MINUTE = 60_000;

/** The seconds past START's minute at which polls happen, each of which takes so many. */
async function pollsAt(tookSeconds: readonly number[], interval?: () => number) {
  const { context, turn } = turned();
  const at: number[] = [];
  for await (const _ of ticks(MINUTE, context, interval)) {
    at.push((context.now() - START + 30_000) / 1000);
    const took = tookSeconds[at.length - 1];
    if (took === undefined) break;
    turn(took * 1000);
  }
  return at;
}

describe('ticks', () => {
  test('the first tick is immediate, the others are on whole minutes, however long a poll takes', async () => {
    expect(await pollsAt([0, 0.3, 2, 29])).toEqual([30, 60, 120, 180, 240]);
  });

  test('a tick that passes during a poll is skipped', async () => {
    //      |poll------------|        |
    expect(await pollsAt([0, 130, 60])).toEqual([30, 60, 240, 300]);
  });

  test('--once gives one tick', async () => {
    const { context, sleeps } = turned({ once: true });
    const all: number[] = [];
    for await (const tick of ticks(MINUTE, context)) all.push(tick);
    expect([all, sleeps]).toEqual([[START - 30_000], []]);
  });

  test('a longer interval is kept on average, each tick still on the grid', async () => {
    const at = await pollsAt(Array(36).fill(0), () => 1.44 * MINUTE);
    const minutes = at.slice(1).map((seconds) => seconds / 60);
    expect(minutes.every(Number.isInteger)).toBe(true);
    expect(minutes.at(-1)).toBe(Math.ceil(36 * 1.44));
    expect(new Set(minutes.slice(1).map((minute, i) => minute - minutes[i]!))).toEqual(new Set([1, 2]));
  });

  test('a sleep that ends too early is continued', async () => {
    const around = turned();
    const early = async (span: number) => around.turn(Math.max(1, Math.floor(span / 2)));
    const context = { ...around.context, sleep: early };
    const at: number[] = [];
    for await (const _ of ticks(MINUTE, context)) if (at.push(context.now()) === 3) break;
    expect(at.slice(1).map((time) => time % MINUTE)).toEqual([0, 0]);
  });

  test('a clock set back by an hour restarts the grid instead of waiting an hour', async () => {
    const { context, turn } = turned();
    const at: number[] = [];
    for await (const _ of ticks(MINUTE, context)) {
      if (at.push(context.now()) === 3) break;
      if (at.length === 2) turn(-3_600_000);
    }
    expect(at[2]! - at[1]!).toBe(-3_600_000);
  });

  test('a stop ends the wait for a tick', async () => {
    const around = turned();
    const context = { ...around.context, sleep: async () => around.stop.abort() };
    const all: number[] = [];
    for await (const tick of ticks(MINUTE, context)) all.push(tick);
    expect(all).toHaveLength(1);
  });

  test('whatever polls take, ticks are strictly increasing multiples, and none is polled before its time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 100, max: 100_000 }),
        fc.array(fc.integer({ min: 0, max: 400_000 }), { minLength: 1, maxLength: 20 }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        fc.integer({ min: 0, max: 200_000 }),
        async (every, took, stretch, offset) => {
          const { context, turn } = turned();
          turn(offset);
          const seen: number[] = [];
          for await (const tick of ticks(every, context, () => every * stretch)) {
            expect(tick % every).toBe(0);
            expect(tick).toBeGreaterThan(seen.at(-1) ?? Number.NEGATIVE_INFINITY);
            expect(context.now()).toBeGreaterThanOrEqual(tick);
            expect(context.now()).toBeLessThan(tick + every);
            if (seen.push(tick) > took.length) break;
            turn(took[seen.length - 1]!);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
