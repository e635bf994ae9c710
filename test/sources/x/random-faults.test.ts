import { expect, test } from 'vitest';
import { type Random, random } from '../../../src/core/util/random.ts';
import { readTime } from '../../../src/core/util/time.ts';
import { readRule } from '../../../src/sources/x/rules/rule.ts';
import { mischief, type XStub } from '../../stubs/x.ts';
import { connected, type Desk, pass, passUntil, run, stage, turnLoop } from './harness.ts';

/** What the stub has sent may be read, and its answer seen, a turn of the clock later: a turn is 500 ms at most there. */
const CARRIED_MS = 1000;
const RULES = [readRule('btc=bitcoin'), readRule('eth=ethereum')];

/** Some posts, cut in another way each time, and some time. */
async function quietly(stub: XStub, desk: Desk, draw: Random): Promise<void> {
  stub.cut(draw.pick(['lines', 'random', 'bytes']));
  for (let bursts = 1 + draw.below(3); bursts > 0; bursts--) {
    for (let count = draw.below(12); count > 0; count--) stub.post();
    if (draw.chance(0.2)) await stub.keepAlive();
    await pass(desk.clock, draw.below(3000), 250);
  }
  // Half of the streams last until they have proved to work.
  if (draw.chance(0.5)) await pass(desk.clock, 21_000, 1000);
}

const gapsOf = (desk: Desk) =>
  desk.gaps().map(({ from, to }) => ({ from: readTime(from as string), to: readTime(to as string) }));

test('300 faults at random: every post handed over in full is written, every gap has its marker, one connection at most', async () => {
  const { stub, clock, desk } = await stage({ seed: 7 });
  const draw = random(7, 'faults');
  const running = run(desk, stub.url, { rules: RULES });
  const done: string[] = [];
  try {
    await connected(stub, clock);
    for (let fault = 0; fault < 300; fault++) {
      await quietly(stub, desk, draw);
      const before = stub.log.accepted;
      done.push(await mischief(stub, draw));
      await passUntil(clock, () => stub.log.accepted > before, 3_600_000, 500);
      await turnLoop();
      expect(stub.log.accepted, done.at(-1)).toBe(before + 1);
      stub.heal();
    }
    await pass(clock, 1000);
  } finally {
    await running.stop();
    await stub.close();
  }
  const written = new Set(desk.ids());
  const handed = stub.log.handedOver.map(({ id }) => id);
  expect(handed.length).toBeGreaterThan(2000);
  expect(handed.filter((id) => !written.has(id))).toEqual([]);
  expect(desk.ids()).toHaveLength(written.size);
  expect(desk.gaps()).toHaveLength(300);
  const { streams } = stub.log;
  for (const [index, { from, to }] of gapsOf(desk).entries()) {
    const [ended, next] = [streams[index]!, streams[index + 1]!];
    expect(from).toBeGreaterThanOrEqual(ended.from);
    expect(from - ended.to!).toBeLessThan(CARRIED_MS);
    expect(to).toBeGreaterThanOrEqual(next.from);
    expect(to - next.from).toBeLessThan(CARRIED_MS);
  }
  expect(stub.log.mostTries).toBeLessThanOrEqual(50);
  expect(stub.log.mostOpen).toBe(1);
  expect(desk.of('rejects')).toEqual([]);
}, 120_000);

test('killed at random: what is missing lies within a gap marker, and backfill brings most of it', async () => {
  const { stub, clock, desk } = await stage({ seed: 8 });
  const draw = random(8, 'kills');
  const posts: { id: string; at: number }[] = [];
  const backfill = 5 * 60_000;
  for (let life = 0; life < 60; life++) {
    const running = run(desk, stub.url, { rules: RULES, backfill });
    const before = stub.log.accepted;
    await passUntil(clock, () => stub.log.accepted > before, 600_000, 500);
    for (let count = 0; count < 20; count++) {
      const { id, at } = stub.post();
      posts.push({ id, at });
      if (draw.chance(0.4)) await pass(clock, draw.below(400), 50);
    }
    if (draw.chance(0.3)) await mischief(stub, draw);
    await turnLoop(draw.below(20));
    if (draw.chance(0.8)) running.kill();
    else await running.stop();
    await turnLoop();
    stub.heal();
    await pass(clock, draw.below(60_000), 1000);
  }
  const last = run(desk, stub.url, { rules: RULES, backfill });
  await connected(stub, clock, stub.log.accepted + 1);
  await pass(clock, 21_000, 1000);
  await last.stop();
  await stub.close();
  const written = new Set(desk.ids());
  const missing = posts.filter(({ id }) => !written.has(id));
  const gaps = gapsOf(desk);
  expect(missing.filter(({ at }) => !gaps.some(({ from, to }) => from <= at && at <= to))).toEqual([]);
  expect(missing.length).toBeLessThan(posts.length / 20);
  expect(stub.log.mostTries).toBeLessThanOrEqual(50);
  expect(stub.log.mostOpen).toBe(1);
}, 120_000);
