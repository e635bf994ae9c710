import { describe, expect, test } from 'vitest';
import type { GeckoFault } from '../../stubs/coingecko.ts';
import { recordsOf, turned, valuesOf } from '../turned.ts';
import { together } from './run.ts';

const KEY = 'CG-dummy-not-a-real-one';
const withKey = () => turned({ secrets: { COINGECKO_API_KEY: KEY } });
const minutesBetween = (requests: readonly { readonly at: number }[]) =>
  requests.slice(1).map(({ at }, index) => (at - requests[index]!.at) / 60_000);

describe('a failed call of CoinGecko', () => {
  test.each<[string, GeckoFault, string, number]>([
    ['429', { kind: 'too many' }, "You've exceeded the Rate Limit.", 60_000],
    ['429 with Retry-After', { kind: 'too many', retryAfter: '90' }, "You've exceeded", 90_000],
    ['403 with a page', { kind: 'html', status: 403 }, 'HTTP 403: the firewall of CoinGecko blocks', 600_000],
    ['1020', { kind: 'code', code: 1020 }, 'HTTP 403: the firewall', 600_000],
    ['503', { kind: 'answer', status: 503, body: {} }, 'HTTP 503', 60_000],
    ['404', { kind: 'answer', status: 404, body: { error: 'Incorrect path.' } }, 'Incorrect path.', 60_000],
    ['a page of a gateway', { kind: 'html', status: 502 }, 'HTTP 502 with a response', 60_000],
    ['a reset', { kind: 'reset' }, 'connection failed or broke off', 60_000],
    ['an answer without markets', { kind: 'answer', body: {} }, 'an answer without markets', 60_000],
  ])(
    '%s: the next call comes no sooner than a poll, then prices go on',
    async (_, fault, message, waitMs) => {
      const { run, stub, around } = await together();
      stub.next(fault);
      const chunks = await run(1);
      expect(recordsOf(chunks, 'prices-coingecko')).toHaveLength(10);
      expect(around.notes[0]).toContain(`coingecko: ${message}`);
      expect(around.sleeps).toEqual([waitMs]);
    },
  );

  test.each<[number, string, string]>([
    [10002, 'API Key Missing', 'CoinGecko wants a key here: set COINGECKO_API_KEY'],
    [10005, 'Your request exceeds', 'The plan of the key does not include this request'],
    [10010, 'If you are using Pro API key', 'This is a key of a paid plan'],
    [10011, 'If you are using Demo API key', 'A demo key works only at https://api.coingecko.com/api/v3'],
  ])('error %i stops the source with a hint', async (code, message, hint) => {
    const { run, stub } = await together({}, withKey());
    stub.next({ kind: 'code', code });
    await expect(run(1)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`coingecko: ${message}`),
      hint: expect.stringContaining(hint),
    });
    expect(stub.requests).toHaveLength(1);
  });

  test('a run that could not poll, and the time before it, are one gap that is not backfilled', async () => {
    const { run, stub } = await together();
    await run(1);
    stub.next({ kind: 'reset' }, 3);
    expect(valuesOf(await run(1), 'gaps')).toEqual([
      {
        source: 'coingecko',
        from: '2026-03-02T10:15:30.000Z',
        to: '2026-03-02T10:19:30.000Z',
        reason: expect.stringContaining('connection failed'),
        backfilled: false,
      },
    ]);
  });
});

test('a stop of an hour is a gap from the last poll to the first one after it', async () => {
  const { run, around } = await together();
  await run(2);
  around.turn(3_600_000);
  expect(valuesOf(await run(1), 'gaps')).toEqual([
    {
      source: 'coingecko',
      from: '2026-03-02T10:16:00.000Z',
      to: '2026-03-02T11:16:00.000Z',
      reason: 'restart',
      backfilled: false,
    },
  ]);
});

describe('the pace of CoinGecko', () => {
  test('--every 10s: polls come once a minute, and the source says so', async () => {
    const { run, stub, around } = await together();
    await run(4, { every: 10_000 });
    expect(minutesBetween(stub.requests)).toEqual([1, 1, 1]);
    expect(around.logged).toContain(
      'coingecko: polling every 1m, within the limit that all users of one address share',
    );
  });

  test('with a demo key polls come every five minutes, so that a month of 10,000 calls lasts', async () => {
    const { run, stub } = await together({ key: KEY }, withKey());
    await run(3, { coins: ['btc'] });
    expect(minutesBetween(stub.requests)).toEqual([4.5, 5]);
    expect(stub.requests[0]!.headers['x-cg-demo-api-key']).toBe(KEY);
  });

  test('a run that starts soon after another waits for the pace', async () => {
    const { run, stub, around } = await together();
    await run(1);
    around.turn(20_000);
    await run(1);
    expect(minutesBetween(stub.requests)).toEqual([1]);
  });

  test('--once polls at once', async () => {
    const { run, stub } = await together({}, turned({ once: true }));
    await run(1);
    await run(1);
    expect(minutesBetween(stub.requests)).toEqual([0]);
  });
});

describe("CoinGecko's demo key", () => {
  test('a rejected demo key stops the source, and no message contains it', async () => {
    const { run, around } = await together({ key: 'another' }, withKey());
    await expect(run(1)).rejects.toMatchObject({
      message: 'coingecko: Invalid API Key',
      hint: expect.stringContaining('COINGECKO_API_KEY'),
    });
    expect(JSON.stringify(around.logged)).not.toContain(KEY);
  });

  test('a message of CoinGecko that repeats the key hides it', async () => {
    const { run, stub } = await together({}, withKey());
    stub.next({
      kind: 'answer',
      status: 401,
      body: { status: { error_code: 10010, error_message: `wrong key ${KEY}` } },
    });
    await expect(run(1)).rejects.toMatchObject({ message: 'coingecko: wrong key ***' });
  });

  test('a malformed key is a usage error', async () => {
    const { run } = await together({}, turned({ secrets: { COINGECKO_API_KEY: 'two words' } }));
    await expect(run(1)).rejects.toMatchObject({ code: 'usage' });
  });
});
