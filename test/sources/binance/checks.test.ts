import { expect, test } from 'vitest';
import { binance } from '../../../src/sources/binance/binance.ts';
import { BINANCE_FAULTS } from '../../stubs/binance/rest.ts';
import { checksOf } from '../turned.ts';
import { settingsOf, together } from './run.ts';

async function doctor() {
  const { stub, around } = await together();
  return {
    stub,
    around,
    check: (changes: Parameters<typeof settingsOf>[1] = {}) =>
      checksOf(binance.live!.check(settingsOf(stub, changes), around.context)),
  };
}

test('reach, clock, markets, the stream and the files of history are checked', async () => {
  const { stub, check } = await doctor();
  const found = await check({ coins: ['btc', 'eth'], since: 0 });
  expect(found.map(({ severity, detail }) => [severity, detail])).toEqual([
    ['ok', 'reached, no key needed'],
    ['ok', 'the local clock agrees'],
    ['ok', '2 markets: BTCUSDT, ETHUSDT'],
    ['ok', 'the stream opens'],
    ['ok', 'the files of history are there'],
  ]);
  expect([stub.requests.length, stub.connects()]).toEqual([2, 1]);
  await expect.poll(() => stub.open()).toBe(0);
});

test('a coin that Binance has not is a warning with what to do', async () => {
  const { check } = await doctor();
  expect(await check({ coins: ['btc', 'nope'] })).toContainEqual({
    severity: 'warn',
    what: 'binance markets',
    detail: 'binance does not trade nope; it is left out',
    hint: 'Remove the coin from --coin, or name another currency with --quote.',
  });
});

test('a clock that is wrong by a minute is a warning', async () => {
  const { stub, check } = await doctor();
  const { now } = stub.exchange;
  Object.assign(stub.exchange, { now: () => now() - 60_000 });
  const clock = (await check()).find(({ what }) => what === 'binance clock');
  expect(clock).toMatchObject({ severity: 'warn', detail: expect.stringContaining('ahead of') });
});

test.each([
  ['restricted', 'error', /closed to this region/, /vision.*kraken or coinbase/],
  ['firewall', 'error', /firewall blocks this address/, /no key helps/],
  ['overloaded', 'error', /HTTP 503/, /--binance-url/],
] as const)('%s has a hint', async (name, severity, detail, hint) => {
  const { stub, check } = await doctor();
  stub.next(BINANCE_FAULTS[name]);
  stub.refuse(BINANCE_FAULTS[name]);
  const found = await check();
  expect(found).toHaveLength(2);
  for (const one of found) expect(one.severity).toBe(severity);
  expect(found[0]).toMatchObject({
    detail: expect.stringMatching(detail),
    hint: expect.stringMatching(hint),
  });
});

test('a ban is a warning, and nothing is asked again', async () => {
  const { stub, check, around } = await doctor();
  stub.next(BINANCE_FAULTS.banned(600));
  expect((await check())[0]).toMatchObject({ severity: 'warn', detail: expect.stringContaining('HTTP 418') });
  expect([stub.requests.length, around.sleeps]).toEqual([1, []]);
});
