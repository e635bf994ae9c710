import { once } from 'node:events';
import { expect, test } from 'vitest';
import { sourceClock } from '../../../src/cli/pipeline/sources/test-clock.ts';
import { random } from '../../../src/core/util/random.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { sandbox } from '../../e2e/cli.ts';
import { startXStub } from '../../stubs/x.ts';
import { readTopic } from './topic.ts';

const TIMES = 20;
const KILLS = 15;

const { start, path } = sandbox();

test.each([
  ['without backfill, missing posts fall within marked gaps', '0s'],
  ['with backfill nothing is missing', '5m'],
])('produce tweets, killed at random moments: %s', async (_, backfill) => {
  const env = { CRYPTOPIPE_TEST_CLOCK: `${TIMES} ${Date.now()}`, X_BEARER_TOKEN: 'a-key' };
  const clock = sourceClock({ env, clock: systemClock });
  const x = await startXStub({
    clock,
    backfill: true,
    cutting: 'random',
    postsPerSecond: 5,
  });
  try {
    const draw = random(3, `kill ${backfill}`);
    const produce = () =>
      start(['produce', 'tweets', '--coin', 'btc,eth', '--backfill', backfill, '--x-url', x.url], env);
    const streaming = (count: number) => expect.poll(() => x.log.accepted).toBeGreaterThanOrEqual(count);
    for (let kill = 1; kill <= KILLS; kill++) {
      const { child } = produce();
      await streaming(kill);
      await clock.sleep(draw.between(0, 20_000));
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
    }
    const { child, done } = produce();
    await streaming(KILLS + 1);
    const handedOver = x.log.handedOver.length;
    await expect.poll(() => x.log.handedOver.length).toBeGreaterThan(handedOver + 150);
    child.kill('SIGTERM');
    expect(await done).toMatchObject({ code: 0 });

    const kept = new Set((await readTopic(path('.cryptopipe'), 'tweets')).map(({ key }) => key));
    const missing = x.log.handedOver.slice(0, handedOver).filter(({ id }) => !kept.has(id));
    const gaps = (await readTopic(path('.cryptopipe'), 'gaps')).map(({ value }) => ({
      from: Date.parse(String(value.from)),
      to: Date.parse(String(value.to)),
      reason: value.reason,
    }));
    expect(new Set(gaps.map(({ reason }) => reason))).toEqual(new Set(['restart']));
    // One marker spans several starts where a process was killed before its own was written.
    expect(gaps.length).toBeLessThanOrEqual(KILLS);
    expect(x.log.mostTries).toBeLessThanOrEqual(50);
    expect(kept.size).toBeGreaterThan(300);
    const unmarked = missing.filter(({ at }) => !gaps.some(({ from, to }) => from <= at && at <= to));
    expect(backfill === '0s' ? unmarked : missing).toEqual([]);
  } finally {
    await x.close();
  }
});
