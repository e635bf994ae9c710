import { sourceClock } from '../../src/cli/pipeline/sources/test-clock.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { startAllServices } from './all-services.ts';

/*
 * npm run stubs [port] [posts a second]: stands in for all live services on this machine, at `port` (8701) and those after
 * it, until Ctrl-C. All their data is invented.
 */
const [port = 8701, postsPerSecond = 2] = process.argv.slice(2).map(Number);

async function main(): Promise<void> {
  const clock = sourceClock({ env: process.env, clock: systemClock });
  const { services, close } = await startAllServices({ clock, port, postsPerSecond, tradesPerSecond: 2 });
  const settings = services.map(({ env }) =>
    Object.entries(env)
      .map(([name, url]) => `${name}=${url}`)
      .join(' '),
  );
  console.log(`${services.map(({ name, env }) => `${name.padEnd(14)} ${Object.values(env)[0]}`).join('\n')}

In another terminal:
${settings.map((line) => `export ${line}`).join('\n')}

For the two that need a key any text will do: export X_BEARER_TOKEN=stub COINMARKETCAP_API_KEY=stub

Ctrl-C ends it.`);
  const end = async (): Promise<void> => {
    await close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
}

main().catch((error: NodeJS.ErrnoException) => {
  const busy = error.code === 'EADDRINUSE';
  console.error(busy ? `${error.message}; name another one: npm run stubs -- 9701` : error.message);
  // The services that have started would keep the process alive.
  process.exit(1);
});
