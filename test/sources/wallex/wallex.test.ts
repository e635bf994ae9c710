import { afterEach, describe, expect, test } from 'vitest';
import { TIME_OUT_MS } from '../../../src/sources/shared/http/client.ts';
import { wallex } from '../../../src/sources/wallex/wallex.ts';
import { startWallexStub, type WallexFault, type WallexStub } from '../../stubs/wallex.ts';
import { checksOf, polls, recordsOf, type Turned, turned, valuesOf } from '../turned.ts';

type Settings = Parameters<typeof wallex.read>[0];

const stubs: WallexStub[] = [];
afterEach(async () => {
  for (const stub of stubs.splice(0)) await stub.close();
});

async function together(around: Turned = turned()) {
  const stub = await startWallexStub({ now: around.context.now });
  stubs.push(stub);
  const settings: Settings = {
    symbols: ['USDTTMN'],
    every: 60_000,
    wallexUrl: stub.url,
    kinds: ['prices'],
    topic: undefined,
  };
  const read = (changes: Partial<Settings> = {}) => wallex.read({ ...settings, ...changes }, around.context);
  return {
    around,
    stub,
    read,
    run: (count: number, changes: Partial<Settings> = {}) => polls(count, read(changes), around),
    examine: (changes: Partial<Settings> = {}) =>
      checksOf(wallex.live!.check({ ...settings, ...changes }, around.context)),
  };
}

describe('wallex', () => {
  test('polls at once, then on whole minutes, and writes the prices received', async () => {
    const { run, stub } = await together();
    const chunks = await run(3);
    const handed = stub.handed.filter(({ symbol }) => symbol === 'USDTTMN');
    expect(recordsOf(chunks)[1]).toEqual({
      topic: 'prices-wallex',
      partitionKey: 'usdt',
      key: 'usdt/tmn@2026-03-02T10:16:00.000Z',
      value: JSON.stringify({
        source: 'wallex',
        base: 'usdt',
        quote: 'tmn',
        price: handed[1]!.price,
        last_updated: '2026-03-02T10:16:00.000Z',
        polled_at: '2026-03-02T10:16:00.000Z',
      }),
      headers: { source: 'wallex', schema: 'quote/1' },
    });
    expect(valuesOf(chunks).map(({ price, last_updated }) => [price, last_updated])).toEqual([
      [handed[0]!.price, '2026-03-02T10:15:30.000Z'],
      [handed[1]!.price, '2026-03-02T10:16:00.000Z'],
      [handed[2]!.price, '2026-03-02T10:17:00.000Z'],
    ]);
    expect(stub.connections).toMatchObject({ most: 1, all: 1 });
  });

  test('writes several markets from one answer, each to the topic of its coin', async () => {
    const { run, stub } = await together();
    const chunks = await run(1, { symbols: ['USDTTMN', 'BTCTMN', 'BTCUSDT'], topic: '{coin_name}-wallex' });
    expect(
      recordsOf(chunks).map(({ topic, partitionKey, key }) => [topic, partitionKey, key!.split('@')[0]]),
    ).toEqual([
      ['tether-wallex', 'usdt', 'usdt/tmn'],
      ['bitcoin-wallex', 'btc', 'btc/tmn'],
      ['bitcoin-wallex', 'btc', 'btc/usdt'],
    ]);
    expect(valuesOf(chunks)[1]!.price).toBeGreaterThan(2 ** 32);
    expect(stub.requests).toHaveLength(1);
  });

  test('closes the connection at the end', async () => {
    const { run, stub } = await together(turned({ once: true }));
    expect(await run(9)).toHaveLength(1);
    await expect.poll(() => stub.connections.open).toBe(0);
  });

  test('"-" and a missing market are rejects with the reason; the other markets continue', async () => {
    const { run, stub } = await together();
    stub.setPrice('BTCUSDT', '-');
    stub.withhold('ETHUSDT');
    const chunks = await run(1, { symbols: ['BTCUSDT', 'ETHUSDT', 'USDTTMN'] });
    expect(recordsOf(chunks).map(({ topic }) => topic)).toEqual(['rejects', 'rejects', 'prices-wallex']);
    expect(valuesOf(chunks, 'rejects')).toMatchObject([
      { topic: 'prices-wallex', source: 'wallex', what: 'BTCUSDT', why: 'lastPrice: "-" is not a price' },
      { topic: 'prices-wallex', source: 'wallex', what: 'ETHUSDT', why: 'no market ETHUSDT', text: '' },
    ]);
    expect(recordsOf(chunks)[0]).toMatchObject({
      key: 'wallex:BTCUSDT@2026-03-02T10:15:30.000Z',
      headers: { schema: 'reject/1', received_at: '2026-03-02T10:15:30.000Z' },
    });
  });

  test('warns once about a missing market, until it returns', async () => {
    const { run, stub, around } = await together();
    stub.withhold('ETHUSDT');
    await run(3, { symbols: ['ETHUSDT', 'USDTTMN'] });
    expect(around.warnings).toEqual(['wallex: market ETHUSDT does not exist; its polls go to topic rejects']);
  });

  test('fails when Wallex has none of the markets', async () => {
    const { run } = await together();
    await expect(run(1, { symbols: ['NOPE', 'NONE'] })).rejects.toMatchObject({
      code: 'usage',
      message: 'Wallex has no market NOPE, NONE',
      hint: 'Name markets of Wallex in --symbols, such as USDTTMN.',
    });
  });

  test('accepts a number and an exponent form as a price', async () => {
    const { run, stub } = await together();
    stub.setPrice('USDTTMN', '1.1233100049e5');
    stub.setPrice('BTCTMN', 7.5e9);
    const chunks = await run(1, { symbols: ['USDTTMN', 'BTCTMN'] });
    expect(valuesOf(chunks).map(({ price }) => price)).toEqual([112_331, 7_500_000_000]);
  });

  test.each<[string, WallexFault, string]>([
    ['success: false', { kind: 'unsuccessful' }, 'success: false, "خطایی رخ داده است"'],
    ['success: false with status 500', { kind: 'unsuccessful', status: 500 }, 'HTTP 500'],
    ['HTML body', { kind: 'html' }, 'HTTP 200 with a response that is not JSON'],
    ['HTML body of a gateway', { kind: 'html', status: 502 }, 'HTTP 502 with a response that is not JSON'],
    ['429', { kind: 'too many' }, 'HTTP 429'],
    ['503', { kind: 'answer', status: 503, body: { success: false } }, 'HTTP 503'],
    ['cut body', { kind: 'cut' }, 'connection failed or broke off'],
    ['half a body', { kind: 'half' }, 'HTTP 200 with a response that is not JSON'],
    ['oversized body', { kind: 'oversized' }, 'the response is larger than 32 MB'],
    ['reset', { kind: 'reset' }, 'connection failed or broke off'],
    ['an empty answer', { kind: 'answer', body: {} }, 'an answer without markets'],
  ])('%s, then success: retries the poll', async (_, fault, message) => {
    const { run, stub, around } = await together();
    stub.next(fault, 3);
    const chunks = await run(1);
    expect(recordsOf(chunks).map(({ topic }) => topic)).toEqual(['prices-wallex']);
    expect(stub.requests).toHaveLength(4);
    expect(around.notes[0]).toContain(`wallex: ${message}`);
    expect(around.sleeps).toEqual([750, 1500, 3000]);
    const host = new URL(stub.url).host;
    const away = [`wallex: ${host} cannot be reached: ${message}`];
    const isUnreached = message.startsWith('connection failed');
    expect(around.warnings.map((text) => text.split(' (')[0])).toEqual(isUnreached ? away : []);
  });

  test('429 waits for Retry-After, then continues on the grid and marks the gap', async () => {
    const { run, stub, around } = await together();
    await run(1);
    stub.next({ kind: 'too many', retryAfter: '100' });
    const chunks = await run(2);
    expect(around.sleeps).toContain(100_000);
    expect(valuesOf(chunks, 'prices-wallex').map(({ polled_at }) => polled_at)).toEqual([
      '2026-03-02T10:17:10.000Z',
      '2026-03-02T10:18:00.000Z',
    ]);
    expect(valuesOf(chunks, 'gaps')).toMatchObject([
      { source: 'wallex', to: '2026-03-02T10:17:10.000Z', reason: 'HTTP 429' },
    ]);
  });

  test('a service that never answers is retried after 15 s', async () => {
    const { run, stub, around } = await together();
    stub.next({ kind: 'silent' });
    const running = run(1);
    await stub.asked(1);
    around.turn(TIME_OUT_MS);
    expect(valuesOf(await running)).toMatchObject([{ polled_at: '2026-03-02T10:15:45.750Z' }]);
    expect(around.notes[0]).toBe('wallex: no response within 15s, try 1 of 20');
  });

  test('twenty failures leave a gap, and polling continues', async () => {
    const { run, stub, around } = await together();
    stub.next({ kind: 'reset' }, 20);
    const chunks = await run(2);
    expect(around.warnings).toEqual([
      expect.stringContaining('cannot be reached'),
      expect.stringContaining('no answer in 20 attempts'),
    ]);
    expect(recordsOf(chunks).map(({ topic }) => topic)).toEqual(['gaps', 'prices-wallex', 'prices-wallex']);
    const [gap, first] = valuesOf(chunks);
    expect(gap).toMatchObject({ from: '2026-03-02T10:15:30.000Z', to: first!.polled_at });
    expect(Date.parse(String(first!.polled_at)) % 60_000).toBe(0);
  });
});

describe('a wrong clock', () => {
  test('7 s: warns once, shows it, and notes it in the headers of each quote', async () => {
    const { run, stub, around } = await together();
    stub.dateOffsetMs = -7000;
    const chunks = await run(3);
    expect(around.warnings).toEqual([
      "wallex: the local clock is 6s ahead of Wallex's; quotes carry the local time: synchronize the clock, for example by NTP",
    ]);
    expect(around.notes).toEqual(Array(3).fill("the local clock is 6s ahead of Wallex's"));
    expect(recordsOf(chunks).map(({ headers }) => headers.clock_skew_ms)).toEqual(['6001', '6001', '6001']);
  });

  test('a clock that is behind is reported as behind', async () => {
    const { run, stub, around } = await together();
    stub.dateOffsetMs = 7000;
    const [chunk] = await run(1);
    expect(around.warnings[0]).toContain('7s behind');
    expect(chunk!.records[0]!.headers.clock_skew_ms).toBe('-7000');
  });

  test('4 s: tolerated', async () => {
    const { run, stub, around } = await together();
    stub.dateOffsetMs = 4000;
    const [chunk] = await run(1);
    expect(around.warnings).toEqual([]);
    expect(chunk!.records[0]!.headers).not.toHaveProperty('clock_skew_ms');
  });
});

describe('settings', () => {
  const { symbols, wallexUrl } = wallex.options;

  test('accepts markets in any case, each once', () => {
    expect(symbols.parse('usdttmn,BTCTMN,USDTTMN')).toEqual(['USDTTMN', 'BTCTMN']);
    expect(() => symbols.parse('USDT/TMN')).toThrow('is not a market');
  });

  test('accepts only a valid address', () => {
    expect(wallexUrl.parse('http://127.0.0.1:8080')).toBe('http://127.0.0.1:8080');
    for (const wrong of ['wallex', 'ftp://a', 'http://me:word@host', 'http://a?b=c'])
      expect(() => wallexUrl.parse(wrong)).toThrow(RangeError);
    expect(() => wallexUrl.parse('http://me:word@host')).not.toThrow('word@');
  });
});

describe('doctor', () => {
  test('reports ok for everything', async () => {
    const { examine } = await together();
    const found = await examine({ symbols: ['USDTTMN', 'BTCTMN'] });
    expect(found.map(({ severity }) => severity)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(found[0]!.detail).toBe('reached, 6 markets');
  });

  test('a missing market, a market without trades and a wrong clock have a hint', async () => {
    const { examine, stub } = await together();
    stub.dateOffsetMs = 60_000;
    stub.setPrice('BTCTMN', '-');
    const found = await examine({ symbols: ['NOPETMN', 'BTCTMN', 'USDTTMN'] });
    expect(found.map(({ severity }) => severity)).toEqual(['ok', 'warn', 'error', 'error', 'ok']);
    expect(found.filter(({ severity }) => severity !== 'ok').every(({ hint }) => hint)).toBe(true);
  });

  test('asks an unreachable service only once', async () => {
    const { examine, stub, around } = await together();
    stub.next({ kind: 'html', status: 502 });
    expect(await examine()).toMatchObject([
      {
        severity: 'error',
        what: `wallex ${new URL(stub.url).host}`,
        hint: expect.stringContaining('HTTPS_PROXY'),
      },
    ]);
    expect([stub.requests.length, around.sleeps.length]).toEqual([1, 0]);
  });
});
