import { afterEach } from 'vitest';
import { coinmarketcap } from '../../../src/sources/coinmarketcap/coinmarketcap.ts';
import { type CmcSettings, type CmcStub, startCoinMarketCapStub } from '../../stubs/coinmarketcap.ts';
import { polls, type Turned, turned } from '../turned.ts';

export const KEY = 'dummy-key-not-a-real-one';

type Settings = Parameters<typeof coinmarketcap.read>[0];

export const DEFAULTS: Omit<Settings, 'coinmarketcapUrl'> = {
  coins: [],
  top: 0,
  convert: ['USD'],
  every: 60_000,
  keepCached: false,
  credits: 0,
  kinds: ['prices'],
  topic: undefined,
};

const stubs: CmcStub[] = [];
afterEach(async () => {
  for (const stub of stubs.splice(0)) await stub.close();
});

/** A source and a stub with one clock. */
export async function together(
  settings: CmcSettings = {},
  around: Turned = turned({ secrets: { COINMARKETCAP_API_KEY: KEY } }),
) {
  const stub = await startCoinMarketCapStub({ now: around.context.now, key: KEY, ...settings });
  stubs.push(stub);
  const read = (changes: Partial<Settings> = {}) =>
    coinmarketcap.read({ ...DEFAULTS, coinmarketcapUrl: stub.url, ...changes }, around.context);
  return {
    around,
    stub,
    read,
    run: (count: number, changes: Partial<Settings> = {}) => polls(count, read(changes), around),
  };
}
