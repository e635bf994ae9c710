import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { type Running, sandbox } from '../e2e/cli.ts';
import { slowest } from '../limits.ts';
import { type FaultyProxy, startProxy } from './kafka/proxy.ts';
import { cpuLoad } from './kafka-helpers/cpu.ts';
import { ownKafkaFixture } from './kafka-helpers/fixture.ts';
import { longestGaps } from './kafka-helpers/gaps.ts';
import { junk, rejectedOf, rejectsOf } from './kafka-helpers/junk.ts';
import { committedBy } from './kafka-helpers/other-client.ts';
import { PER_TICK, pipeline } from './kafka-helpers/pipeline.ts';

const IDLE_SECONDS = 20;
/** Share of one core, of which 2 % is documented. */
const MOST_CPU = slowest(0.02);
const SILENCE_MS = 20_000;
/** Time limit for a one-shot run to give up with --max-wait 5s. */
const GIVE_UP_MS = 12_000;

/** Expects every process to be running, stops it and expects exit 0. Returns their output. */
async function endWell(...all: readonly Running[]): Promise<string> {
  expect(all.map(({ child }) => child.exitCode)).toEqual(all.map(() => null));
  for (const { child } of all) child.kill('SIGTERM');
  const ended = await Promise.all(all.map(({ done }) => done));
  const output = ended.map(({ stderr }) => stderr).join('');
  expect(
    ended.map(({ code }) => code),
    output,
  ).toEqual(all.map(() => 0));
  return output;
}

describe('one broker behind a faulty network', () => {
  let proxy: FaultyProxy;
  const fixture = ownKafkaFixture({
    nodes: 1,
    advertise: async (_, port) => {
      proxy = await startProxy(`127.0.0.1:${port}`);
      return proxy.address;
    },
  });
  afterAll(() => proxy?.close());
  const { start } = sandbox();

  test('four idle processors use almost no CPU', async () => {
    const names = ['select', 'join', 'candles', 'market-cap'];
    const idle = start(['process', ...names, '--bus', fixture.bus, '--app', 'idle']);
    await expect
      .poll(async () => (await fixture.log.topics()).map(({ name }) => name))
      .toContain('idle.market-cap.state');
    await sleep(4000);
    const load = await cpuLoad(idle.child.pid!, IDLE_SECONDS);
    console.log(`idle: ${(load * 100).toFixed(2)} % of a core over ${IDLE_SECONDS} s`);
    const lines = (await endWell(idle)).trim().split('\n');
    expect(lines.filter((line) => !line.includes(' info '))).toEqual([]);
    expect(load).toBeLessThanOrEqual(MOST_CPU);
  });

  test('repeatedly cut connections are reopened; nothing is lost or duplicated', async () => {
    const cut = await pipeline(fixture, start, 'cut');
    const running = cut.start();
    const fed = await cut.feed();
    for (let i = 0; i < 10; i++) {
      proxy.cut();
      await sleep(300);
    }
    await cut.caughtUp();
    const ticks = await fed.stop();
    await cut.caughtUp();
    await endWell(running);
    expect(await cut.eachOnce()).toBe(ticks * PER_TICK);
  });

  test('processes survive a network that drops everything for 20 s', async () => {
    const silent = await pipeline(fixture, start, 'silent');
    const running = silent.start();
    const fed = await silent.feed();
    proxy.blackhole(true);
    await sleep(SILENCE_MS);
    proxy.blackhole(false);
    const over = Date.now();
    await silent.caughtUp();
    const before = fed.ticks;
    await expect.poll(() => fed.ticks).toBeGreaterThan(before + 5);
    await silent.caughtUp();
    console.log(`after ${SILENCE_MS} ms of silence at work again after ${Date.now() - over} ms`);
    const ticks = await fed.stop();
    await silent.caughtUp();
    console.log(await endWell(running));
    expect(await silent.eachOnce()).toBe(ticks * PER_TICK);
  });

  test('processes wait for an unreachable broker and warn; a one-shot run fails with a hint', async () => {
    const away = await pipeline(fixture, start, 'away');
    const before = away.start();
    const fed = await away.feed();
    await fixture.cluster.stop(1);
    const began = Date.now();
    const meanwhile = away.start();
    const once = ['process', 'candles', '--once', '--max-wait', '5s', '--bus', fixture.bus, '--app', 'once'];
    const { code, stderr } = await start(once).done;
    const took = Date.now() - began;
    expect(code).toBe(1);
    expect(stderr).toMatch(/did not respond for [5-7]s: .*\nStart it, or name another with --bus/);
    expect(took).toBeLessThan(slowest(GIVE_UP_MS));
    await meanwhile.saw('kafka does not respond');
    await before.saw('kafka does not respond');
    await fixture.cluster.start(1);
    await away.shared(2);
    await away.caughtUp();
    const ticks = await fed.stop();
    await away.caughtUp();
    expect(await endWell(before, meanwhile)).toContain('kafka responds again');
    expect(await away.eachOnce()).toBe(ticks * PER_TICK);
  });

  test.each([
    ['begins', async () => (await fixture.log.topics()).some(({ name }) => name === 'begins.candles.state')],
    ['reads', async () => (await committedBy(fixture.cluster.bootstrap, 'reads.candles', 'reads'))[0]! > 0],
  ])(
    'a one-shot run that loses its broker while it %s gives up with a hint; the next does the rest',
    async (topic, now) => {
      await fixture.log.createTopic(topic, { partitions: 1, retentionMs: undefined, compacted: false });
      // A batch exceeds one fetch and the network is slow, so reading takes a while.
      const batch = junk(topic, 100).map((record) => ({
        ...record,
        value: `${record.value} ${randomBytes(300).toString('hex')}`,
      }));
      for (let i = 0; i < 40; i++) await fixture.log.append(batch);
      const count = 40 * batch.length;
      const once = () =>
        start([
          ...['process', 'candles', '--once', '--max-wait', '3s', '--drain', '2s', '--bus', fixture.bus],
          ...[
            '--app',
            topic,
            '--in',
            topic,
            '--kafka-option',
            'fetch-bytes=16kb,session-timeout=3s,heartbeat=500ms',
          ],
        ]);
      proxy.delay(50);
      const running = once();
      await expect.poll(now, { interval: 5 }).toBe(true);
      proxy.blackhole(true);
      const began = Date.now();
      const { code, stderr } = await running.done;
      const took = Date.now() - began;
      proxy.blackhole(false);
      proxy.delay(0);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/--max-wait|name another with --bus/)]);
      expect(took).toBeLessThan(slowest(GIVE_UP_MS));
      // It could not leave the group, so it counts as a member until its session times out.
      await expect.poll(async () => (await once().done).code).toBe(0);
      const rejected = await rejectedOf(fixture.log, topic);
      expect([rejected.length, new Set(rejected).size]).toEqual([count, count]);
    },
  );

  test('an output topic deleted during a run is recreated, or the run ends with the reason', async () => {
    const bare = await pipeline(fixture, start, 'bare');
    const running = bare.start();
    const fed = await bare.feed();
    await fixture.log.deleteTopic('rejects');
    const ended = await Promise.race([running.done, sleep(slowest(15_000))]);
    await fed.stop();
    if (ended === undefined) {
      await bare.caughtUp();
      await endWell(running);
    } else expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining('rejects')]);
  });
});

describe('three brokers', () => {
  const fixture = ownKafkaFixture({ nodes: 3 });
  const { start } = sandbox();

  test('every broker restarts, the last by kill -9: leaders and coordinators move, nothing is lost or duplicated', async () => {
    const rolled = await pipeline(fixture, start, 'rolled');
    const all = [rolled.start(), rolled.start()];
    await rolled.shared(2);
    const fed = await rolled.feed();
    const since = Date.now();
    for (const node of [1, 2, 3]) {
      if (node < 3) await fixture.cluster.stop(node);
      else fixture.cluster.kill(node);
      await rolled.caughtUp();
      await fixture.cluster.start(node);
    }
    await rolled.caughtUp();
    const ticks = await fed.stop();
    await rolled.caughtUp();
    await rolled.shared(2);
    const gaps = longestGaps(await rejectsOf(fixture.log, 'rolled'), since);
    console.log(`longest pause of each partition, ms: ${gaps}\n${await endWell(...all)}`);
    expect(await rolled.eachOnce()).toBe(ticks * PER_TICK);
  });
});
