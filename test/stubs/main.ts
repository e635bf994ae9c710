import { sourceClock } from '../../src/cli/pipeline/sources/test-clock.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { startCoinMarketCapStub } from './coinmarketcap.ts';
import { startWallexStub } from './wallex.ts';
import { startXStub } from './x.ts';

/*
 * npm run stubs [port] [posts a second]: stands in for X, CoinMarketCap and Wallex on this machine, at `port` (8701) and
 * the two after it, until Ctrl-C. All their data is invented.
 */
const [port = 8701, postsPerSecond = 2] = process.argv.slice(2).map(Number);

async function main(): Promise<void> {
  const clock = sourceClock({ env: process.env, clock: systemClock });
  const x = await startXStub({ port, clock, postsPerSecond });
  const coinmarketcap = await startCoinMarketCapStub({ port: port + 1, now: clock.now });
  const wallex = await startWallexStub({ port: port + 2, now: clock.now });
  console.log(`X              ${x.url}
CoinMarketCap  ${coinmarketcap.url}
Wallex         ${wallex.url}

In another terminal, any text will do as a key:
export CRYPTOPIPE_X_URL=${x.url} X_BEARER_TOKEN=stub
export CRYPTOPIPE_COINMARKETCAP_URL=${coinmarketcap.url} COINMARKETCAP_API_KEY=stub
export CRYPTOPIPE_WALLEX_URL=${wallex.url}

Ctrl-C ends it.`);
  const end = async (): Promise<void> => {
    await Promise.all([x, coinmarketcap, wallex].map((stub) => stub.close()));
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
}

main().catch((error: NodeJS.ErrnoException) => {
  const busy = error.code === 'EADDRINUSE';
  console.error(busy ? `${error.message}; name another one: npm run stubs -- 9701` : error.message);
  process.exitCode = 1;
});
