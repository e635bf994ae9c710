import { expect, test } from 'vitest';
import { sourceClock } from '../../src/cli/pipeline/sources/test-clock.ts';
import { formatTime } from '../../src/core/util/time.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { sandbox } from '../e2e/cli.ts';
import { startCoinMarketCapStub } from '../stubs/coinmarketcap.ts';
import { sharedKafkaFixture } from './kafka-helpers/fixture.ts';
import { recordsOf } from './kafka-helpers/junk.ts';
import { compare } from './soak/quotes.ts';

const fixture = sharedKafkaFixture();
const { start } = sandbox();

/** Speed-up of the service's and the source's clock: a one-minute poll takes 0.6 s. */
const TIMES = 100;
const TOPIC = 'prices-coinmarketcap';

test('a killed live source resumes from its stored offset: each quote is written once', async () => {
  const env = { CRYPTOPIPE_TEST_CLOCK: `${TIMES} ${Date.now()}`, COINMARKETCAP_API_KEY: 'stub' };
  const { now } = sourceClock({ env, clock: systemClock });
  const stub = await startCoinMarketCapStub({ now });
  const args = ['produce', 'prices', '--source', 'coinmarketcap', '--coin', 'btc,eth', '--bus', fixture.bus];
  const keys = async (): Promise<string[]> => {
    const topics = await fixture.log.topics();
    if (!topics.some(({ name }) => name === TOPIC)) return [];
    return (await recordsOf(fixture.log, TOPIC)).flat().map(({ key }) => key!);
  };
  try {
    for (const least of [6, 12, 18]) {
      const { child, done } = start([...args, '--coinmarketcap-url', stub.url], env);
      await expect.poll(async () => (await keys()).length).toBeGreaterThan(least);
      child.kill(least === 18 ? 'SIGTERM' : 'SIGKILL');
      const { code, stderr } = await done;
      expect(code, stderr).toBe(least === 18 ? 0 : null);
    }
    const written = await keys();
    const handed = stub.handed.map(({ symbol, quote, lastUpdated, request }) => ({
      name: `${symbol.toLowerCase()}/${quote.toLowerCase()}@${formatTime(lastUpdated)}`,
      request,
    }));
    expect(compare(written, handed, new Set())).toMatchObject({ doubled: [], invented: [] });
    const coins = new Set(written.map((key) => key.split('@')[0]));
    expect([...coins].sort()).toEqual(['btc/usd', 'eth/usd']);
  } finally {
    await stub.close();
  }
});
