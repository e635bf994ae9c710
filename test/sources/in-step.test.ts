import { expect, test } from 'vitest';
import { coinmarketcap } from '../../src/sources/coinmarketcap/coinmarketcap.ts';
import { wallex } from '../../src/sources/wallex/wallex.ts';
import { startCoinMarketCapStub } from '../stubs/coinmarketcap.ts';
import { startWallexStub } from '../stubs/wallex.ts';
import { DEFAULTS, KEY } from './coinmarketcap/run.ts';
import { polls, turned, valuesOf } from './turned.ts';

test('both price sources poll in step, also when their runs begin apart', async () => {
  const cmcSide = turned({ secrets: { COINMARKETCAP_API_KEY: KEY } });
  const wallexSide = turned();
  wallexSide.turn(17_350);
  const cmcStub = await startCoinMarketCapStub({ now: cmcSide.context.now });
  const wallexStub = await startWallexStub({ now: wallexSide.context.now });
  const [quotes, rates] = await Promise.all([
    polls(
      10,
      coinmarketcap.read(
        { ...DEFAULTS, coinmarketcapUrl: cmcStub.url, coins: ['btc'], keepCached: true },
        cmcSide.context,
      ),
      cmcSide,
    ),
    polls(
      10,
      wallex.read(
        {
          symbols: ['USDTTMN'],
          every: 60_000,
          wallexUrl: wallexStub.url,
          kinds: ['prices'],
          topic: undefined,
        },
        wallexSide.context,
      ),
      wallexSide,
    ),
  ]);
  const times = (chunks: typeof quotes) => valuesOf(chunks).map(({ polled_at }) => polled_at);
  expect(times(quotes).slice(1)).toEqual(times(rates).slice(1));
  expect(times(quotes)[1]).toBe('2026-03-02T10:16:00.000Z');
  await Promise.all([cmcStub.close(), wallexStub.close()]);
});
