import { describe, expect, test } from 'vitest';
import { coinmarketcap } from '../../../src/sources/coinmarketcap/coinmarketcap.ts';
import { TIME_OUT_MS } from '../../../src/sources/shared/http/client.ts';
import type { CmcSettings, CmcStub } from '../../stubs/coinmarketcap.ts';
import { checksOf, type Turned, turned } from '../turned.ts';
import { DEFAULTS, KEY, together } from './run.ts';

const examined = (stub: CmcStub, around: Turned, changes = {}) =>
  checksOf(
    coinmarketcap.live!.check({ ...DEFAULTS, coinmarketcapUrl: stub.url, ...changes }, around.context),
  );

async function runChecks(
  settings: CmcSettings = {},
  changes = {},
  prepare: (stub: CmcStub) => void = () => {},
) {
  const { stub, around } = await together(settings);
  prepare(stub);
  const found = await examined(stub, around, changes);
  expect(JSON.stringify(found)).not.toContain(KEY);
  expect(found.every(({ severity, hint }) => severity === 'ok' || hint)).toBe(true);
  expect(around.sleeps).toEqual([]);
  return found.map(({ severity, what, detail }) => `${severity} ${what.replace(/ 127.*/, '')}: ${detail}`);
}

describe('doctor', () => {
  test('doctor reports ok for everything', async () => {
    expect(await runChecks({}, { coins: ['btc', 'eth'], convert: ['USD', 'USDT'] })).toEqual([
      'ok coinmarketcap: reached',
      'ok coinmarketcap key: accepted',
      'ok coinmarketcap clock: the local clock agrees',
      'ok coinmarketcap credits: 1,000,000 left until 2026-04-01T00:00:00.000Z, enough for polls every 1m',
      'ok coinmarketcap quotes: 4 in USD, USDT, for 2 credits',
    ]);
  });

  test('doctor warns about credits that do not last', async () => {
    const found = await runChecks({ plan: { monthly: 10_000, daily: 300 } });
    expect(found.slice(3, 5)).toEqual([
      'warn coinmarketcap credits: 10,000 left until 2026-04-01T00:00:00.000Z; polls every 1m at 1 each use them up in 6d22h40m',
      'warn coinmarketcap credits: 300 left until 2026-03-03T00:00:00.000Z; polls every 1m at 1 each use them up in 5h',
    ]);
  });

  test('doctor fails without credits', async () => {
    const found = await runChecks({ plan: { monthly: 100 } }, {}, (stub) => {
      stub.usage.plan = { monthly: 100, daily: 0, perMinute: 0 };
      stub.next({
        kind: 'answer',
        body: {
          status: { error_code: 0 },
          data: { plan: { credit_limit_monthly: 100 }, usage: { current_month: { credits_left: 0 } } },
        },
      });
      stub.next({ kind: 'error', code: 1010 });
    });
    expect(found.slice(3)).toEqual([
      'error coinmarketcap credits: 0 left until 2026-04-01T00:00:00.000Z, a poll costs 1',
      "error coinmarketcap credits: You've exceeded your API Key's monthly rate limit. (error 1010)",
    ]);
  });

  test('doctor fails for a rejected key', async () => {
    expect(await runChecks({ key: 'another' })).toEqual([
      'error coinmarketcap key: coinmarketcap: This API Key is invalid. (error 1001)',
    ]);
  });

  test('doctor fails without a key', async () => {
    const { stub } = await together();
    expect(await examined(stub, turned())).toMatchObject([{ severity: 'error', what: 'coinmarketcap key' }]);
  });

  test('doctor warns about a wrong clock', async () => {
    const found = await runChecks({}, {}, (stub) => {
      stub.dateOffsetMs = 3_600_000;
    });
    expect(found[2]).toBe('warn coinmarketcap clock: the local clock is 1h behind the clock of the service');
  });

  test('doctor asks an unreachable or busy service only once', async () => {
    expect(await runChecks({}, {}, (stub) => stub.next({ kind: 'html', status: 502 }))).toEqual([
      'error coinmarketcap: HTTP 502 with a response that is not JSON',
    ]);
    expect(await runChecks({}, {}, (stub) => stub.next({ kind: 'error', code: 1008 }))).toEqual([
      "warn coinmarketcap: You've exceeded your API Key's HTTP request rate limit. (error 1008)",
    ]);
  });

  test('doctor fails for a service that never answers', async () => {
    const { stub, around } = await together();
    stub.next({ kind: 'silent' });
    const found = examined(stub, around);
    await stub.asked(1);
    around.turn(TIME_OUT_MS);
    expect(await found).toMatchObject([{ severity: 'error', detail: 'no response within 15s' }]);
  });

  test('doctor reports coins that are unknown, ambiguous or without a price', async () => {
    const found = await runChecks({}, { coins: ['btc', 'eth', 'twin', 'nope'] }, (stub) =>
      stub.change(1, { price: null }),
    );
    expect(found.slice(4).map((line) => line.slice(0, 60))).toEqual([
      'warn coinmarketcap coins: coinmarketcap: 3 coins have the sy',
      'warn coinmarketcap coins: coinmarketcap: no coin has the sym',
      'ok coinmarketcap quotes: 2 in USD, for 1 credit',
      'warn coinmarketcap btc/usd: price: null is not a positive nu',
    ]);
  });

  test('doctor does not request the plan with --credits', async () => {
    expect(await runChecks({}, { credits: 500 })).toEqual([
      'ok coinmarketcap quotes: 10 in USD, for 1 credit',
    ]);
  });
});
