import { afterEach } from 'vitest';
import { coingecko } from '../../../src/sources/coingecko/coingecko.ts';
import { type GeckoSettings, type GeckoStub, startCoinGeckoStub } from '../../stubs/coingecko.ts';
import { checksOf, polls, type Turned, turned } from '../turned.ts';

type Settings = Parameters<typeof coingecko.read>[0];

const stubs: GeckoStub[] = [];
afterEach(async () => {
  for (const stub of stubs.splice(0)) await stub.close();
});

/** CoinGecko's source and stub with one clock. */
export async function together(settings: GeckoSettings = {}, around: Turned = turned()) {
  const stub = await startCoinGeckoStub({ now: around.context.now, ...settings });
  stubs.push(stub);
  const full = (changes: Partial<Settings>): Settings => ({
    coins: [],
    top: 0,
    convert: ['USD'],
    every: 60_000,
    kinds: ['prices'],
    topic: undefined,
    coingeckoUrl: stub.url,
    ...changes,
  });
  const read = (changes: Partial<Settings> = {}) => coingecko.read(full(changes), around.context);
  return {
    around,
    stub,
    read,
    run: (count: number, changes: Partial<Settings> = {}) => polls(count, read(changes), around),
    runChecks: (changes: Partial<Settings> = {}) =>
      checksOf(coingecko.live!.check(full(changes), around.context)),
    /** The requests without the prefix of the API. */
    paths: () => stub.requests.map(({ path }) => path.replace('/api/v3', '')),
  };
}
