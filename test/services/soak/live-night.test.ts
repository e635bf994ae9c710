import { once } from 'node:events';
import { expect, test } from 'vitest';
import { random } from '../../../src/core/util/random.ts';
import { HOUR, MINUTE } from '../../../src/core/util/time.ts';
import { sandbox, succeed } from '../../e2e/cli.ts';
import { compareCandles, comparePosts, compareTrades, lastTrades, NO_WRONG_POSTS } from './live/compare.ts';
import { movedClock } from './live/moved-clock.ts';
import { observe } from './live/observer.ts';
import { startLive } from './live/services.ts';
import { gapsIn } from './live/topics.ts';
import { readTopic } from './topic.ts';

/** Speed-up of the clock of services and sources. */
const TIMES = 21;
const NIGHT = 8 * HOUR;
const SOURCES = 'bluesky,nostr,binance,coinbase,kraken';

const { start, run, path } = sandbox();

test('killed at random, asleep and off for a night: candles are whole, posts complete, and each gap is backfilled', {
  timeout: 10 * MINUTE,
}, async () => {
  const clock = movedClock(TIMES);
  const draw = random(15, 'night');
  const live = await startLive(clock, random(15, 'market'), () => undefined);
  try {
    const produce = () =>
      start(['produce', '--source', SOURCES, '--coin', 'btc,eth', ...live.args], clock.env());
    const opened = async ({ child, done }: ReturnType<typeof produce>) => {
      const watch = observe(live, child.pid!);
      const early = done.then(({ stderr }) => {
        throw new Error(`it ended: ${stderr}`);
      });
      early.catch(() => {});
      const open = expect.poll(() => Object.values(watch.open())).toEqual([1, 1, 1, 1, 1, 1]);
      await Promise.race([open, early]);
      return watch;
    };
    const kill = async ({ child }: ReturnType<typeof produce>) => {
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
    };
    let running = produce();
    (await opened(running)).stop();
    const since = clock.now();

    // Killed while it starts, while it fills and while it reads.
    for (let count = 0; count < 12; count++) {
      await clock.sleep(draw.between(5000, 90_000));
      await kill(running);
      await clock.sleep(draw.between(0, 30_000));
      running = produce();
    }
    (await opened(running)).stop();

    // A laptop that sleeps: the process stands still while its services go on.
    running.child.kill('SIGSTOP');
    await clock.sleep(3 * MINUTE);
    running.child.kill('SIGCONT');
    await clock.sleep(2 * MINUTE);

    await kill(running);
    const [lightsOut, gapsBefore] = [clock.now(), (await gapsIn(path('.cryptopipe'))).length];
    clock.jump(NIGHT);
    live.pass(NIGHT);
    running = produce();
    const watch = await opened(running);
    await clock.sleep(5 * MINUTE);
    const [until, last] = [clock.now(), lastTrades(live)];
    await clock.sleep(2 * MINUTE);
    watch.stop();
    running.child.kill('SIGTERM');
    const { code, stderr } = await running.done;
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });

    const bus = path('.cryptopipe');
    const gaps = await gapsIn(bus);
    const posts = await comparePosts(bus, live, gaps, since, until);
    expect(posts).toMatchObject({ missed: 0, wrong: NO_WRONG_POSTS });
    expect(await compareTrades(bus, live, last)).toEqual({});
    expect(gaps.filter(({ backfilled }) => !backfilled)).toEqual([]);
    const ofNight = gaps.filter(({ from, to }) => from <= lightsOut && to >= lightsOut + NIGHT);
    expect(new Set(ofNight.map(({ source }) => source))).toEqual(new Set(SOURCES.split(',')));
    expect(ofNight).toHaveLength(SOURCES.split(',').length + 1);

    await succeed(run('process join --once'));
    await succeed(run('process candles --window 1m --once --close'));
    const candles = await compareCandles(bus, live, until);
    expect(candles.wrong.slice(0, 5)).toEqual([]);
    expect(candles.compared).toBeGreaterThan((6 * NIGHT) / MINUTE / 2);
    expect(await readTopic(bus, 'late')).toEqual([]);
    expect(await readTopic(bus, 'rejects')).toEqual([]);
    console.log(
      `${posts.total} posts, ${candles.compared} candles, ${gapsBefore} gaps before the night, ${gaps.length} after it`,
    );
  } finally {
    await live.close();
  }
});
