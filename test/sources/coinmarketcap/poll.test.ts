import { describe, expect, test } from 'vitest';
import { TIME_OUT_MS } from '../../../src/sources/shared/http/client.ts';
import type { CmcFault } from '../../stubs/coinmarketcap.ts';
import { turned, valuesOf } from '../turned.ts';
import { KEY, together } from './run.ts';

describe('errors', () => {
  const error = (code: 400 | 500 | 1001 | 1008 | 1009 | 1010 | 1011, more = {}): CmcFault => ({
    kind: 'error',
    code,
    ...more,
  });

  test('200 with error_code 1008 waits for the next minute, and then polling continues on the grid', async () => {
    const { run, stub, around } = await together({
      fault: (request) => (request === 2 ? error(1008, { http: 200 }) : undefined),
    });
    const chunks = await run(2);
    expect(valuesOf(chunks, 'gaps')).toMatchObject([
      {
        from: '2026-03-02T10:15:30.000Z',
        to: '2026-03-02T10:16:02.500Z',
        reason: expect.stringContaining('1008'),
      },
    ]);
    expect(stub.requests.map(({ at }) => new Date(at).toISOString().slice(14, 23))).toEqual([
      '15:30.000',
      '15:30.000',
      '16:02.500',
      '17:00.000',
    ]);
    expect(around.warnings).toEqual([]);
  });

  test('200 with error_code 1010 as a text pauses until the month ends, then marks a gap and continues', async () => {
    const { run, stub, around } = await together();
    await run(1);
    stub.next({ kind: 'answer', body: { data: {}, status: { error_code: 0 } } });
    stub.next(error(1010, { http: 200, asText: true }));
    const chunks = await run(1);
    expect(around.warnings.at(-1)).toBe(
      "coinmarketcap: You've exceeded your API Key's monthly rate limit. (error 1010); polling pauses until 2026-04-01T00:00:15.000Z",
    );
    const [gap, quote] = valuesOf(chunks);
    expect(gap).toMatchObject({ to: '2026-04-01T00:01:00.000Z', reason: expect.stringContaining('1010') });
    expect(quote).toMatchObject({ polled_at: '2026-04-01T00:01:00.000Z' });
  });

  test('after error 1009 polling pauses until midnight UTC', async () => {
    const { run, stub } = await together();
    stub.next({ kind: 'answer', body: { data: {}, status: { error_code: 0 } } });
    stub.next(error(1009));
    expect(valuesOf(await run(1))[1]).toMatchObject({ polled_at: '2026-03-03T00:01:00.000Z' });
  });

  test.each([1009, 1010] as const)('%d under --once is an error', async (code) => {
    const around = turned({ once: true, secrets: { COINMARKETCAP_API_KEY: KEY } });
    const { run, stub } = await together({}, around);
    stub.next(error(code));
    await expect(run(1)).rejects.toMatchObject({
      code: 'unavailable',
      hint: expect.stringContaining('after 2026-0'),
    });
    expect(around.sleeps).toEqual([]);
  });

  test('1011 waits for minutes and marks a gap', async () => {
    const { run, stub, around } = await together({ fault: (n) => (n === 2 ? error(1011) : undefined) });
    const chunks = await run(1);
    expect(around.sleeps).toEqual([450_000]);
    expect(valuesOf(chunks, 'gaps')).toMatchObject([{ reason: expect.stringContaining('1011') }]);
    expect(stub.requests).toHaveLength(3);
  });

  test('a rejected key stops at once', async () => {
    const { run, stub, around } = await together();
    stub.key = 'another';
    await expect(run(1)).rejects.toMatchObject({
      code: 'usage',
      message: 'coinmarketcap: This API Key is invalid. (error 1001)',
    });
    expect(stub.requests).toHaveLength(1);
    expect(around.sleeps).toEqual([]);
  });

  test("an unknown currency stops with CoinMarketCap's message", async () => {
    const { run } = await together();
    await expect(run(1, { convert: ['NOPE'] })).rejects.toMatchObject({
      message: 'coinmarketcap: Invalid value for "convert": "NOPE" (error 400)',
    });
  });

  test.each<[string, CmcFault]>([
    ['500', error(500)],
    ['200 with error_code 500', error(500, { http: 200 })],
    ['HTML body', { kind: 'html', status: 502 }],
    ['cut body', { kind: 'cut' }],
    ['half a body', { kind: 'half' }],
    ['oversized body', { kind: 'oversized' }],
    ['reset', { kind: 'reset' }],
    ['503 then good', { kind: 'answer', status: 503, body: {} }],
    ['200 without data', { kind: 'answer', body: { status: { error_code: 0 } } }],
  ])('%s: retries the poll', async (_, fault) => {
    const { run, stub, around } = await together(
      {},
      turned({ once: true, secrets: { COINMARKETCAP_API_KEY: KEY } }),
    );
    stub.next(fault, 2);
    expect(valuesOf(await run(1), 'prices-coinmarketcap')).toHaveLength(10);
    expect(stub.requests).toHaveLength(3);
    expect(around.sleeps.length).toBeGreaterThanOrEqual(2);
    const host = new URL(stub.url).host;
    for (const warning of around.warnings)
      expect(warning).toContain(`coinmarketcap: ${host} cannot be reached: connection failed`);
    expect(around.warnings.length).toBeLessThanOrEqual(1);
  });

  test('a service that never answers is retried after 15 s', async () => {
    const { run, stub, around } = await together(
      {},
      turned({ once: true, secrets: { COINMARKETCAP_API_KEY: KEY } }),
    );
    stub.next({ kind: 'silent' });
    const running = run(1);
    await stub.asked(1);
    around.turn(TIME_OUT_MS);
    expect(valuesOf(await running)).toHaveLength(10);
  });
});
