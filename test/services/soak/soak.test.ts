import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sourceClock } from '../../../src/cli/pipeline/sources/test-clock.ts';
import { random } from '../../../src/core/util/random.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { roundPrice } from '../../../src/sources/wallex/markets.ts';
import { sandbox, succeed } from '../../e2e/cli.ts';
import { startCoinMarketCapStub } from '../../stubs/coinmarketcap.ts';
import { startWallexStub } from '../../stubs/wallex.ts';
import { mischief, startXStub } from '../../stubs/x.ts';
import { cmcFaults, wallexFaults } from './faults.ts';
import { compare, NOTHING_WRONG } from './quotes.ts';
import { readTopic } from './topic.ts';

/** Speed-up of the services' and the sources' clocks: an hour takes 36 s. */
const TIMES = 100;
const SEED = Number(process.env.SOAK_SEED ?? 6);
/** Total faults of all three services. */
const FAULTS = Number(process.env.SOAK_FAULTS ?? 300);
/** Time between two faults of X, in the services' time. */
const X_FAULT_MS = { least: 20_000, most: 90_000 };

const { start, run, path } = sandbox();

/** Private memory in MB. */
const memoryOf = (pid: number): number =>
  Number(/RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

test('hours of live sources with hundreds of faults lose nothing, duplicate nothing and mark every gap', {
  timeout: 30 * 60_000,
}, async () => {
  const env = { CRYPTOPIPE_TEST_CLOCK: `${TIMES} ${Date.now()}` };
  const clock = sourceClock({ env, clock: systemClock });
  const draw = random(SEED, 'soak');
  const cmcPlan = cmcFaults(SEED);
  const wallexPlan = wallexFaults(SEED);
  const x = await startXStub({
    clock,
    backfill: true,
    cutting: 'random',
    postsPerSecond: 0.5,
  });
  const cmc = await startCoinMarketCapStub({ now: clock.now, fault: cmcPlan.fault });
  const wallex = await startWallexStub({ now: clock.now, fault: wallexPlan.fault });
  try {
    const { child, done } = start(
      [
        ...[
          'produce',
          '--coin',
          'btc,eth,doge',
          '--symbols',
          'USDTTMN,BTCTMN',
          '--backfill',
          '5m',
          '--log',
          'json',
        ],
        ...['--x-url', x.url, '--coinmarketcap-url', cmc.url, '--wallex-url', wallex.url],
      ],
      { ...env, CRYPTOPIPE_TRACE: '1', X_BEARER_TOKEN: 'soak-x-key', COINMARKETCAP_API_KEY: 'soak-cmc-key' },
    );
    const memory: number[] = [];
    let ofX = 0;
    const met = () => ofX + cmcPlan.plan.met + wallexPlan.plan.met;
    while (met() < FAULTS) {
      await clock.sleep(draw.between(X_FAULT_MS.least, X_FAULT_MS.most));
      if (child.exitCode !== null) throw new Error(`it ended: ${(await done).stderr}`);
      if (x.log.open > 0) ofX += (await mischief(x, draw)).split(', ').length;
      memory.push(memoryOf(child.pid!));
    }
    // Stop the faults: backfill brings the missed posts and each poller gets a response.
    for (const { plan } of [cmcPlan, wallexPlan]) plan.isHealed = true;
    x.heal();
    const accepted = x.log.accepted;
    await x.hangUp('end');
    await expect.poll(() => x.log.accepted).toBeGreaterThan(accepted);
    for (const stub of [cmc, wallex]) await stub.asked(stub.requests.length + 3);
    const handedOver = x.log.handedOver.length;
    await expect.poll(() => x.log.handedOver.length).toBeGreaterThan(handedOver + 20);
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await done;
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });

    const bus = path('.cryptopipe');
    await succeed(run('process select --once'));
    const posts = await readTopic(bus, 'tweets-processed');
    const about = posts.map(({ value }) => `${value.id}|${value.tag}`);
    expect(about).toHaveLength(new Set(about).size);
    const kept = new Set(posts.map(({ key }) => key));
    expect(x.log.handedOver.slice(0, handedOver).filter(({ id }) => !kept.has(id))).toEqual([]);

    const quotes = (await readTopic(bus, 'prices-coinmarketcap')).map(({ key }) => String(key));
    const handed = cmc.handed.map(({ symbol, quote, lastUpdated, request }) => ({
      name: `${symbol.toLowerCase()}/${quote.toLowerCase()}@${new Date(lastUpdated).toISOString()}`,
      request,
    }));
    expect(compare(quotes, handed, cmc.last)).toEqual(NOTHING_WRONG);
    const rates = (await readTopic(bus, 'prices-wallex')).map(({ value }) => value);
    const sent = wallex.handed
      .filter(({ symbol }) => ['USDTTMN', 'BTCTMN'].includes(symbol))
      .map(({ symbol, text, request }) => ({ name: `${symbol} ${roundPrice(Number(text))}`, request }));
    const stored = rates.map(
      ({ base, quote, price }) => `${String(base).toUpperCase()}${String(quote).toUpperCase()} ${price}`,
    );
    expect(compare(stored, sent, wallex.last)).toEqual(NOTHING_WRONG);

    const gaps = (await readTopic(bus, 'gaps'))
      .filter(({ value }) => value.source === 'x')
      .map(({ value }) => ({ from: Date.parse(String(value.from)), to: Date.parse(String(value.to)) }));
    const away = x.log.streams
      .slice(1)
      .map(({ from }, i) => ({ from: x.log.streams[i]!.to ?? from, to: from }));
    // A gap is marked once a stream has brought what it missed: one marker may span several tries. What was on its
    // way when a stream ended may have arrived a moment later.
    const unmarked = away.filter(({ to }) => !gaps.some((gap) => gap.from <= to && gap.to >= to));
    expect(unmarked).toEqual([]);

    expect(x.log.mostTries).toBeLessThanOrEqual(50);
    expect([x.log.mostOpen, cmc.connections.most, wallex.connections.most]).toEqual([1, 1, 1]);
    const third = Math.floor(memory.length / 3);
    expect(median(memory.slice(-third)) - median(memory.slice(third, 2 * third))).toBeLessThan(40);
    for (const secret of ['soak-x-key', 'soak-cmc-key']) expect(stderr + stdout).not.toContain(secret);
    console.log(
      `${met()} faults (X ${ofX}), ${x.log.accepted} streams, ${x.log.handedOver.length} posts handed over, ` +
        `${new Set(quotes).size} quotes, ${gaps.length} gaps, ${Math.round(memory.at(-1)!)} MB`,
    );
  } finally {
    await Promise.all([x, cmc, wallex].map((stub) => stub.close()));
  }
});
