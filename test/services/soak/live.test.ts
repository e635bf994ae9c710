import { expect, test } from 'vitest';
import { random } from '../../../src/core/util/random.ts';
import { sandbox, succeed } from '../../e2e/cli.ts';
import { compareCandles, comparePosts, compareTrades, lastTrades, NO_WRONG_POSTS } from './live/compare.ts';
import { geckoFaults, LIVE_BLOCKS, LIVE_FAULTS } from './live/mischief.ts';
import { movedClock } from './live/moved-clock.ts';
import { mostWithin, observe } from './live/observer.ts';
import { type Live, startLive } from './live/services.ts';
import { gapsIn, geckoQuotes } from './live/topics.ts';
import { compare, NOTHING_WRONG } from './quotes.ts';
import { readTopic } from './topic.ts';

/** Speed-up of the clock of services and sources. */
const TIMES = 21;
const SEED = Number(process.env.SOAK_SEED ?? 15);
const FAULTS = Number(process.env.SOAK_FAULTS ?? 420);
/** Faults at once, and the time until the next ones. */
const AT_ONCE = 6;
const FAULTS_EVERY_MS = { least: 10_000, most: 40_000 };
const MINUTE = 60_000;
const SOURCES = 'bluesky,nostr,binance,coinbase,kraken,coingecko';

const { start, run, path } = sandbox();

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** The medians of the second and the last third. */
function thirds(samples: readonly number[]): number[] {
  const third = Math.floor(samples.length / 3);
  return [samples.slice(third, 2 * third), samples.slice(-third)].map(median);
}

test('key-less sources survive hundreds of faults: each post, trade and bar once, each absence a gap', {
  timeout: 15 * 60_000,
}, async () => {
  const clock = movedClock(TIMES);
  const draw = random(SEED, 'live soak');
  const gecko = geckoFaults(random(SEED, 'coingecko'));
  const live = await startLive(clock, random(SEED, 'market'), gecko.fault);
  try {
    const began = clock.now();
    const { child, done } = start(
      [
        'produce',
        '--source',
        SOURCES,
        '--coin',
        'btc,eth',
        ...live.args,
        '--coingecko-url',
        live.coingecko.url,
      ],
      clock.env(),
    );
    const watch = observe(live, child.pid!);
    const allOpen = Object.fromEntries(Object.keys(watch.open()).map((name) => [name, 1]));
    await expect.poll(watch.open).toEqual(allOpen);
    await clock.sleep(5000);
    const since = clock.now();

    const used = new Map<string, number>();
    const undo: (() => void)[] = [];
    const met = () => [...used.values()].reduce((sum, count) => sum + count, gecko.plan.met);
    const names = Object.keys(LIVE_FAULTS);
    const meet = (name: string, fault = LIVE_FAULTS[name]!): void => {
      used.set(name, (used.get(name) ?? 0) + 1);
      const undone = fault(live, draw);
      if (typeof undone === 'function') undo.push(undone as () => void);
    };
    while (met() < FAULTS || names.some((name) => !used.has(name))) {
      for (let count = 0; count < AT_ONCE; count++) meet(draw.pick(names));
      // Once each: a block keeps a source from the other faults for minutes.
      if (met() > FAULTS / 4)
        for (const [name, block] of Object.entries(LIVE_BLOCKS)) if (!used.has(name)) meet(name, block);
      await clock.sleep(draw.between(FAULTS_EVERY_MS.least, FAULTS_EVERY_MS.most));
      if (child.exitCode !== null) throw new Error(`it ended: ${(await done).stderr}`);
      if (draw.chance(0.6)) for (const undone of undo.splice(0)) undone();
    }
    for (const undone of undo) undone();
    gecko.plan.isHealed = true;
    for (const host of live.jetstreams) {
      host.cuts.length = 0;
      host.refusals.length = 0;
    }
    await expect.poll(watch.open).toEqual(allOpen);
    // Longer than the wait after a block by a firewall.
    await clock.sleep(8 * MINUTE);
    await expect.poll(watch.open).toEqual(allOpen);
    const [until, last] = [clock.now(), lastTrades(live)];
    await clock.sleep(2 * MINUTE);
    watch.stop();
    const ended = clock.now();
    child.kill('SIGTERM');
    const { code, stderr } = await done;
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    if (process.env.SOAK_LOG) console.log(stderr);
    await expect.poll(() => Object.values(watch.open())).toEqual(Object.values(watch.open()).map(() => 0));

    const bus = path('.cryptopipe');
    const gaps = await gapsIn(bus);
    const posts = await comparePosts(bus, live, gaps, since, until);
    expect(posts.wrong).toEqual(NO_WRONG_POSTS);
    expect(await compareTrades(bus, live, last)).toEqual({});
    const handed = live.coingecko.handed
      .filter(({ symbol }) => ['btc', 'eth'].includes(symbol.toLowerCase()))
      .map(({ symbol, currency, lastUpdated }, request) => ({
        name: `${symbol.toLowerCase()}/${currency}@${new Date(lastUpdated).toISOString()}`,
        request: request + 1,
      }));
    expect(compare(await geckoQuotes(bus), handed, new Set([handed.length]))).toEqual(NOTHING_WRONG);
    await succeed(run('process select --once'));
    const processed = await readTopic(bus, 'tweets-processed');
    const inTopic = processed.filter(({ value }) => value.id !== undefined).map(({ key }) => key);
    expect(inTopic.length).toBeGreaterThan(300);

    await succeed(run('process join --once'));
    await succeed(run('process candles --window 1m --once --close'));
    const candles = await compareCandles(bus, live, until);
    expect(candles.wrong.slice(0, 5)).toEqual([]);
    expect(candles.series).toEqual(
      ['binance', 'coinbase', 'kraken'].flatMap((source) => [`${source} btc`, `${source} eth`]),
    );
    expect(await readTopic(bus, 'late')).toEqual([]);

    expect(watch.unmarked(gaps, until)).toEqual([]);
    expect(Object.entries(watch.mostOpen).filter(([, most]) => most > 2)).toEqual([]);
    expect(live.jetstreams.map(({ clientFrames }) => clientFrames)).toEqual([0, 0, 0]);
    expect(limitsOf(live, watch.connects).filter(({ most, limit }) => most > limit)).toEqual([]);
    const memory = thirds(watch.memory);
    expect(memory[1]! - memory[0]!).toBeLessThan(40);
    const sockets = thirds(watch.sockets);
    expect(sockets[0]).toBeGreaterThan(0);
    expect(sockets[1]! - sockets[0]!).toBeLessThan(4);
    console.log(
      `${met()} faults of ${used.size} kinds in ${Math.round((ended - began) / MINUTE)} minutes, ${posts.total} posts ` +
        `(${posts.missed} in gaps), ${candles.compared} candles, ${gaps.length} gaps, ${Math.round(memory[1]!)} MB, ${sockets[1]} sockets; ` +
        limitsOf(live, watch.connects)
          .map(({ of, most, limit }) => `${of} ${most} of ${limit}`)
          .join(', '),
    );
  } finally {
    await live.close();
  }
});

/** The most that the program used of what each service allows. */
function limitsOf(live: Live, connects: Readonly<Record<string, readonly number[]>>) {
  const requests = (stub: { readonly requests: readonly { readonly at: number }[] }) =>
    stub.requests.map(({ at }) => at);
  const { rest, streams } = live.binance;
  return [
    { of: 'weight of Binance', most: rest.mostWeight, limit: 600 },
    { of: 'messages to Binance in a second', most: streams.mostMessages, limit: 5 },
    { of: 'connects to Binance in 5 minutes', most: mostWithin(connects.binance!, 5 * MINUTE), limit: 300 },
    { of: 'connects to Kraken in 10 minutes', most: mostWithin(connects.kraken!, 10 * MINUTE), limit: 150 },
    { of: 'requests to Kraken in 10 s', most: mostWithin(requests(live.kraken), 10_000), limit: 11 },
    {
      of: 'messages to Coinbase in a second',
      most: mostWithin(live.coinbase.messageTimes, 1000),
      limit: 8,
    },
    { of: 'connects to Coinbase in a second', most: mostWithin(connects.coinbase!, 1000), limit: 8 },
    {
      of: 'authors of Bluesky in a request',
      most: Math.max(...live.profiles.requests.map(({ query }) => query.getAll('actors').length)),
      limit: 25,
    },
    { of: 'requests to Coinbase in 10 s', most: mostWithin(requests(live.coinbase), 10_000), limit: 100 },
    {
      of: 'calls of CoinGecko in 10 minutes',
      most: mostWithin(requests(live.coingecko), 10 * MINUTE),
      limit: 12,
    },
  ];
}
