import type { Clock } from '../../src/core/util/clock.ts';
import { startBinanceStub } from './binance.ts';
import { startBlueskyStub } from './bluesky.ts';
import { startCoinbaseStub } from './coinbase.ts';
import { startCoinGeckoStub } from './coingecko.ts';
import { startCoinMarketCapStub } from './coinmarketcap.ts';
import { startKrakenStub } from './kraken.ts';
import { startNostrStub } from './nostr.ts';
import { startWallexStub } from './wallex.ts';
import { startXStub, type XStub } from './x.ts';

export interface AllServicesSettings {
  readonly clock: Clock;
  /** The first of some consecutive ports; undefined: any free ones. */
  readonly port?: number;
  readonly postsPerSecond: number;
  readonly tradesPerSecond: number;
  /** How X cuts its stream into chunks. */
  readonly cutting?: 'random';
}

export interface AllServices {
  readonly x: XStub;
  /** The services by name, with the settings that point cryptopipe at them. */
  readonly services: readonly { readonly name: string; readonly env: Readonly<Record<string, string>> }[];
  close(): Promise<void>;
}

/** Starts a stand-in of each live service on loopback. All their data is invented. */
export async function startAllServices(settings: AllServicesSettings): Promise<AllServices> {
  const { clock, postsPerSecond, tradesPerSecond, cutting } = settings;
  const { now } = clock;
  let next = settings.port ?? 0;
  const at = (): number => (settings.port === undefined ? 0 : next++);
  const x = await startXStub({ port: at(), clock, postsPerSecond, ...(cutting && { cutting }) });
  const coinmarketcap = await startCoinMarketCapStub({ port: at(), now });
  const wallex = await startWallexStub({ port: at(), now });
  const bluesky = await startBlueskyStub({ port: at(), authorsPort: at(), clock, postsPerSecond });
  const nostr = await startNostrStub({ port: at(), now, postsPerSecond });
  const binance = await startBinanceStub({ port: at(), now, tickEveryMs: 200 });
  const coinbase = await startCoinbaseStub({ now, tradesPerSecond, port: at(), wsPort: at() });
  const kraken = await startKrakenStub({ now, tradesPerSecond, port: at(), wsPort: at() });
  const coingecko = await startCoinGeckoStub({ port: at(), now });
  const all = [
    { name: 'X', stub: x, env: { X_URL: x.url } },
    {
      name: 'Bluesky',
      stub: bluesky,
      env: { BLUESKY_URL: bluesky.url, BLUESKY_AUTHORS_URL: bluesky.authorsUrl },
    },
    { name: 'Nostr', stub: nostr, env: { NOSTR_RELAYS: nostr.relayUrl } },
    {
      name: 'Binance',
      stub: binance,
      env: { BINANCE_URL: binance.url, BINANCE_WS_URL: binance.wsUrl, BINANCE_DUMPS_URL: binance.url },
    },
    {
      name: 'Coinbase',
      stub: coinbase,
      env: { COINBASE_URL: coinbase.url, COINBASE_WS_URL: coinbase.wsUrl },
    },
    { name: 'Kraken', stub: kraken, env: { KRAKEN_URL: kraken.url, KRAKEN_WS_URL: kraken.wsUrl } },
    { name: 'CoinMarketCap', stub: coinmarketcap, env: { COINMARKETCAP_URL: coinmarketcap.url } },
    { name: 'CoinGecko', stub: coingecko, env: { COINGECKO_URL: coingecko.url } },
    { name: 'Wallex', stub: wallex, env: { WALLEX_URL: wallex.url } },
  ];
  return {
    x,
    services: all.map(({ name, env }) => ({
      name,
      env: Object.fromEntries(Object.entries(env).map(([key, url]) => [`CRYPTOPIPE_${key}`, url])),
    })),
    async close() {
      await Promise.all(all.map(({ stub }) => stub.close()));
    },
  };
}
