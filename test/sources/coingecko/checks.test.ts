import { describe, expect, test } from 'vitest';
import { TIME_OUT_MS } from '../../../src/sources/shared/http/client.ts';
import type { GeckoFault } from '../../stubs/coingecko.ts';
import { turned } from '../turned.ts';
import { together } from './run.ts';

const linesOf = (checks: readonly { severity: string; what: string; detail: string }[]) =>
  checks.map(({ severity, what, detail }) => `${severity} ${what.replace(/ 127.*/, '')}: ${detail}`);

describe('doctor of CoinGecko', () => {
  test('doctor reports CoinGecko as reached, its clock and its coins', async () => {
    const { runChecks } = await together();
    expect(linesOf(await runChecks({ coins: ['btc', 'eth'] }))).toEqual([
      'ok coingecko: reached, without a key',
      'ok coingecko clock: the local clock agrees',
      'ok coingecko quotes: 2 in usd',
    ]);
  });

  test('doctor names coins and currencies that CoinGecko has not', async () => {
    const around = turned({ secrets: { CG_DEMO_API_KEY: 'CG-dummy' } });
    const { runChecks, stub } = await together({}, around);
    stub.change('bitcoin', { current_price: null });
    const found = await runChecks({ coins: ['btc', 'eth', 'nope'], convert: ['EUR', 'USDT', 'BTC'] });
    expect(linesOf(found)).toEqual([
      'ok coingecko: reached, with a demo key',
      'ok coingecko clock: the local clock agrees',
      'warn coingecko coins: coingecko: no prices in usdt; leaving it out',
      'warn coingecko coins: coingecko: no coin has the symbol nope; skipping it',
      'ok coingecko quotes: 1 in eur; not asked for: btc',
      'warn coingecko btc/eur: price: null is not a positive number',
    ]);
    expect(found.every(({ severity, hint }) => severity === 'ok' || hint)).toBe(true);
  });

  test('doctor warns about a wrong clock', async () => {
    const { runChecks, stub } = await together();
    stub.dateOffsetMs = 3_600_000;
    expect(linesOf(await runChecks())[1]).toBe(
      'warn coingecko clock: the local clock is 1h behind the clock of the service',
    );
  });

  test.each<[string, GeckoFault, string]>([
    ['429', { kind: 'too many' }, "warn coingecko: You've exceeded the Rate Limit."],
    [
      'a blocked address',
      { kind: 'html', status: 403 },
      'error coingecko: HTTP 403: the firewall of CoinGecko blocks this address; no key changes that',
    ],
    [
      'a gateway',
      { kind: 'html', status: 502 },
      'error coingecko: HTTP 502 with a response that is not JSON',
    ],
    ['a missing key', { kind: 'code', code: 10002 }, 'error coingecko request: coingecko: API Key Missing'],
  ])('doctor asks once for %s', async (_, fault, line) => {
    const { runChecks, stub, around } = await together();
    stub.next(fault);
    expect(linesOf(await runChecks())).toEqual([line]);
    expect(stub.requests).toHaveLength(1);
    expect(around.sleeps).toEqual([]);
  });

  test('doctor fails for a CoinGecko that never answers', async () => {
    const { runChecks, stub, around } = await together();
    stub.next({ kind: 'silent' });
    const found = runChecks();
    await stub.asked(1);
    around.turn(TIME_OUT_MS);
    expect(linesOf(await found)).toEqual(['error coingecko: no response within 15s']);
  });
});
