import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coinmarketcap } from '../../../src/sources/coinmarketcap/coinmarketcap.ts';
import { TIME_OUT_MS } from '../../../src/sources/http/client.ts';
import type { CmcFault } from '../../stubs/coinmarketcap.ts';
import { polls, recordsOf, turned, valuesOf } from '../turned.ts';
import { DEFAULTS, KEY, together } from './run.ts';

const pairs = (records: readonly { key: string | null }[]) => records.map(({ key }) => key!.split('@')[0]);
const LISTINGS = '/v1/cryptocurrency/listings/latest';
const QUOTES = '/v2/cryptocurrency/quotes/latest';
const keys = (records: readonly { key: string | null }[]) => records.map(({ key }) => key);

describe('coinmarketcap', () => {
  test('writes the listing by rank as it was handed out', async () => {
    const { run, stub } = await together();
    const chunks = await run(1, { top: 2 });
    const [btc] = stub.ledger;
    expect(recordsOf(chunks)[0]).toEqual({
      topic: 'prices-coinmarketcap',
      by: 'usd',
      key: 'btc/usd@2026-03-02T10:14:00.000Z',
      value: JSON.stringify({
        source: 'coinmarketcap',
        base: 'btc',
        quote: 'usd',
        price: btc!.price,
        market_cap: btc!.marketCap,
        volume_24h: btc!.volume24h,
        cmc_id: 1,
        cmc_rank: 1,
        last_updated: '2026-03-02T10:14:00.000Z',
        polled_at: '2026-03-02T10:15:30.000Z',
      }),
      headers: { source: 'coinmarketcap', schema: 'quote/1' },
    });
    expect(pairs(recordsOf(chunks))).toEqual(['btc/usd', 'eth/usd']);
    expect(stub.requests.map(({ path }) => path)).toEqual(['/v1/key/info', LISTINGS]);
    expect(stub.requests[1]!.headers['x-cmc_pro_api_key']).toBe(KEY);
    expect(Object.fromEntries(stub.requests[1]!.query)).toEqual({
      start: '1',
      limit: '2',
      convert: 'USD',
      aux: 'cmc_rank',
    });
  });

  test('without a choice there are ten', async () => {
    const { run } = await together();
    expect(recordsOf(await run(1))).toHaveLength(10);
  });

  test('coins are asked for by their numeric ids, in each currency', async () => {
    const { run, stub } = await together();
    const chunks = await run(1, { coins: ['btc', 'eth'], convert: ['USD', 'USDT'], topic: '{coin}-cmc' });
    expect(stub.requests[1]).toMatchObject({ path: QUOTES });
    expect(stub.requests[1]!.query.get('id')).toBe('1,1027');
    expect(recordsOf(chunks).map(({ topic, by, key }) => [topic, by, key!.split('@')[0]])).toEqual([
      ['btc-cmc', 'usd', 'btc/usd'],
      ['btc-cmc', 'usdt', 'btc/usdt'],
      ['eth-cmc', 'usd', 'eth/usd'],
      ['eth-cmc', 'usdt', 'eth/usdt'],
    ]);
  });

  test('a symbol that several coins share is the best ranked, which is said once', async () => {
    const { run, stub, around } = await together();
    const chunks = await run(3, { coins: ['btc', 'twin'] });
    expect(around.warnings).toEqual([
      'coinmarketcap: 3 coins have the symbol twin; taken is the best ranked, Twin (id 30002, rank 321)',
    ]);
    expect(stub.requests.slice(1).map(({ query }) => query.get('symbol') ?? query.get('id'))).toEqual([
      'TWIN',
      '1,30002',
      '1,30002',
      '1,30002',
    ]);
    expect(valuesOf(chunks).filter(({ base }) => base === 'twin')).toMatchObject([
      { cmc_id: 30_002, cmc_rank: 321 },
      { cmc_id: 30_002, cmc_rank: 321 },
    ]);
  });

  test('a symbol that no coin has is left out, and alone it is a problem', async () => {
    const { run, around } = await together();
    expect(pairs(recordsOf(await run(1, { coins: ['nope', 'btc'] })))).toEqual(['btc/usd']);
    expect(around.warnings).toEqual(['coinmarketcap: there is no coin nope; it is left out']);
    await expect(run(1, { coins: ['nope'] })).rejects.toMatchObject({ code: 'usage' });
  });

  test('in a listing the best ranked of one symbol is taken, the others are counted', async () => {
    const { run, stub, around } = await together();
    stub.rename(40_012, 'SOL');
    stub.rename(40_014, 'C13');
    const chunks = await run(3, { top: 15 });
    expect(chunks.map(({ counts }) => counts?.['same symbol'])).toEqual([2, 2, 2]);
    expect(valuesOf(chunks).filter(({ cmc_id }) => [40_012, 40_014].includes(Number(cmc_id)))).toEqual([]);
    expect(pairs(recordsOf(chunks.slice(0, 1)))).toHaveLength(13);
    expect(around.warnings).toEqual([
      'coinmarketcap: of coins that share a symbol (sol, c13) the best ranked is taken, the others are left out',
    ]);
  });

  test.each(['v1', 'v3'] as const)('%s shapes, of listings, quotes by id and by symbol', async (shape) => {
    const { run } = await together({ shape });
    expect(pairs(recordsOf(await run(1, { top: 3 })))).toEqual(['btc/usd', 'eth/usd', 'usdt/usd']);
    const chunks = await run(1, { coins: ['btc', 'twin'], convert: ['USDT', 'EUR'], topic: 'another' });
    expect(pairs(recordsOf(chunks))).toEqual(['btc/usdt', 'btc/eur', 'twin/usdt', 'twin/eur']);
  });

  test('error_code 0 as a text is good', async () => {
    const { run } = await together({ codesAsText: true });
    expect(recordsOf(await run(1))).toHaveLength(10);
  });

  test('one connection serves all polls, and is closed at the end', async () => {
    const { run, stub } = await together();
    await run(5);
    expect(stub.connections).toMatchObject({ most: 1, all: 1 });
    await expect.poll(() => stub.connections.open).toBe(0);
  });
});

describe('values', () => {
  test('what CoinMarketCap does not know is left out', async () => {
    const { run, stub } = await together();
    stub.change(1, { market_cap: null, cmc_rank: null });
    stub.change(1027, { market_cap: 0 });
    const [btc, eth] = valuesOf(await run(1, { top: 2 }));
    expect(Object.keys(btc!)).not.toContain('market_cap');
    expect(Object.keys(btc!)).not.toContain('cmc_rank');
    expect(eth!.market_cap).toBe(0);
  });

  test.each([[null], [-1], [0], ['-'], ['68412.55'], [undefined]])(
    'the price %j is a reject with its reason, once for each answer, and the rest goes on',
    async (price) => {
      const { run, stub } = await together({ cacheMs: 300_000 });
      stub.change(1, { price });
      const chunks = await run(2, { top: 2 });
      expect(recordsOf(chunks).map(({ topic }) => topic)).toEqual(['rejects', 'prices-coinmarketcap']);
      expect(valuesOf(chunks, 'rejects')[0]).toMatchObject({
        topic: 'prices-coinmarketcap',
        source: 'coinmarketcap',
        what: 'btc/usd',
        why: expect.stringContaining('price:'),
        text: expect.stringContaining('"id":1,'),
      });
    },
  );

  test('rows that are none are rejects', async () => {
    const { run, stub } = await together();
    const quote = { USD: { price: 1, last_updated: 'today' } };
    const rows = [
      7,
      null,
      { id: 'x' },
      { id: 5, symbol: 'a/b' },
      { id: 6, symbol: 'A' },
      { id: 7, symbol: 'B', quote },
    ];
    stub.next({ kind: 'answer', body: { status: {}, data: { plan: {} } } });
    stub.next({ kind: 'answer', body: { status: { error_code: 0 }, data: rows } });
    expect(valuesOf(await run(1), 'rejects').map(({ why }) => why)).toEqual([
      'no object',
      'no object',
      'id: "x" is no number',
      'symbol: "a/b" cannot be a part of a key',
      'no quote in USD',
      'last_updated: "today" is no time',
    ]);
  });
});

describe('the cache of CoinMarketCap', () => {
  test.each([
    ['60 s', 60_000, 11],
    ['300 s', 300_000, 3],
  ])(
    '%s: an answer already seen is not written again, and the share is shown',
    async (_, cacheMs, distinct) => {
      const { run, stub, around } = await together({ cacheMs });
      const chunks = await run(12, { coins: ['btc'] });
      expect(new Set(stub.ledger.map(({ lastUpdated }) => lastUpdated)).size).toBe(distinct);
      expect(new Set(keys(recordsOf(chunks))).size).toBe(distinct);
      expect(recordsOf(chunks)).toHaveLength(distinct);
      const cached = chunks.reduce((sum, { counts }) => sum + (counts?.cached ?? 0), 0);
      expect(cached).toBe(12 - distinct);
      expect(around.notes.at(-1)).toBe(`${Math.round((100 * cached) / 12)} % cached, 999,988 credits left`);
    },
  );

  test('--keep-cached writes it, as the seed does', async () => {
    const { run, around } = await together({ cacheMs: 300_000 });
    const chunks = await run(12, { coins: ['btc'], keepCached: true });
    expect(recordsOf(chunks)).toHaveLength(12);
    expect(chunks.some(({ counts }) => counts?.cached)).toBe(false);
    expect(around.notes.at(-1)).toContain('75 % cached');
  });

  test('a restart does not write a seen answer again, another topic does', async () => {
    const { run, around } = await together({ cacheMs: 300_000 });
    expect(recordsOf(await run(1, { top: 3 }))).toHaveLength(3);
    expect([...around.positions.keys()]).toEqual(['coinmarketcap/prices-coinmarketcap']);
    expect(recordsOf(await run(1, { top: 3 }))).toHaveLength(0);
    expect(recordsOf(await run(1, { top: 3, topic: 'another' }))).toHaveLength(3);
  });

  test('a place that cannot be read begins afresh', async () => {
    const { run, around } = await together();
    around.positions.set('coinmarketcap/prices-coinmarketcap', 'not JSON');
    expect(recordsOf(await run(1, { top: 3 }))).toHaveLength(3);
  });

  test('an answer without anything new leaves the place as it is', async () => {
    const { run } = await together({ cacheMs: 300_000 });
    const [first, second] = await run(2);
    expect([first!.position === undefined, second!.position === undefined]).toEqual([false, true]);
  });

  test('whatever the schedule of restarts and caches, each quote handed out is written once', async () => {
    const run = fc.record({
      polls: fc.integer({ min: 1, max: 4 }),
      pauseMs: fc.integer({ min: 0, max: 200_000 }),
      isLong: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 6 }), async (runs) => {
        const { read, stub, around } = await together();
        const written: (string | null)[] = [];
        for (const { polls: count, pauseMs, isLong } of runs) {
          stub.cacheMs = isLong ? 300_000 : 60_000;
          written.push(...keys(recordsOf(await polls(count, read({ top: 3 }), around))));
          around.turn(pauseMs);
        }
        const handed = stub.ledger.map(
          ({ symbol, lastUpdated }) => `${symbol.toLowerCase()}/usd@${new Date(lastUpdated).toISOString()}`,
        );
        expect(written.sort()).toEqual([...new Set(handed)].sort());
        await stub.close();
      }),
      { numRuns: 25 },
    );
  });
});

describe('errors', () => {
  const error = (code: 400 | 500 | 1001 | 1008 | 1009 | 1010 | 1011, more = {}): CmcFault => ({
    kind: 'error',
    code,
    ...more,
  });

  test('200 with error_code 1008 waits for the next minute, and then the grid goes on', async () => {
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

  test('200 with error_code 1010, a text: asleep until the month ends, then a gap and the rest', async () => {
    const { run, stub, around } = await together();
    await run(1);
    stub.next({ kind: 'answer', body: { data: {}, status: { error_code: 0 } } });
    stub.next(error(1010, { http: 200, asText: true }));
    const chunks = await run(1);
    expect(around.warnings.at(-1)).toBe(
      "coinmarketcap: You've exceeded your API Key's monthly rate limit. (error 1010); it is left alone until 2026-04-01T00:00:15.000Z",
    );
    const [gap, quote] = valuesOf(chunks);
    expect(gap).toMatchObject({ to: '2026-04-01T00:01:00.000Z', reason: expect.stringContaining('1010') });
    expect(quote).toMatchObject({ polled_at: '2026-04-01T00:01:00.000Z' });
  });

  test('1009: asleep until midnight UTC', async () => {
    const { run, stub } = await together();
    stub.next({ kind: 'answer', body: { data: {}, status: { error_code: 0 } } });
    stub.next(error(1009));
    expect(valuesOf(await run(1))[1]).toMatchObject({ polled_at: '2026-03-03T00:01:00.000Z' });
  });

  test.each([1009, 1010] as const)('%d under once is a problem', async (code) => {
    const around = turned({ once: true, secrets: { COINMARKETCAP_API_KEY: KEY } });
    const { run, stub } = await together({}, around);
    stub.next(error(code));
    await expect(run(1)).rejects.toMatchObject({
      code: 'unavailable',
      remedy: expect.stringContaining('after 2026-0'),
    });
    expect(around.sleeps).toEqual([]);
  });

  test('a key that is refused stops at once', async () => {
    const { run, stub, around } = await together();
    stub.key = 'another';
    await expect(run(1)).rejects.toMatchObject({
      code: 'usage',
      message: 'coinmarketcap: This API Key is invalid. (error 1001)',
    });
    expect(stub.requests).toHaveLength(1);
    expect(around.sleeps).toEqual([]);
  });

  test('a currency that there is not stops with the words of CoinMarketCap', async () => {
    const { run } = await together();
    await expect(run(1, { convert: ['NOPE'] })).rejects.toMatchObject({
      message: 'coinmarketcap: Invalid value for "convert": "NOPE" (error 400)',
    });
  });

  test.each<[string, CmcFault]>([
    ['500', error(500)],
    ['200 with error_code 500', error(500, { http: 200 })],
    ['1011', error(1011)],
    ['HTML body', { kind: 'html', status: 502 }],
    ['cut body', { kind: 'cut' }],
    ['half a body', { kind: 'half' }],
    ['oversized body', { kind: 'oversized' }],
    ['reset', { kind: 'reset' }],
    ['503 then good', { kind: 'answer', status: 503, body: {} }],
    ['200 without data', { kind: 'answer', body: { status: { error_code: 0 } } }],
  ])('%s: the poll is tried again', async (_, fault) => {
    const { run, stub, around } = await together(
      {},
      turned({ once: true, secrets: { COINMARKETCAP_API_KEY: KEY } }),
    );
    stub.next(fault, 2);
    expect(valuesOf(await run(1), 'prices-coinmarketcap')).toHaveLength(10);
    expect(stub.requests).toHaveLength(3);
    expect(around.sleeps.length).toBeGreaterThanOrEqual(2);
    expect(around.warnings).toEqual([]);
  });

  test('never answering: given up after 15 s and tried again', async () => {
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

describe('the key', () => {
  test.each([
    'COINMARKETCAP_API_KEY',
    'CMC_PRO_API_KEY',
    'X_CMC_PRO_API_KEY',
    'CMC_API_KEY',
    'COINMARKETCAP_KEY',
  ])('is read from %s, and sent', async (name) => {
    const { run, stub } = await together({}, turned({ secrets: { [name]: `${KEY}\n` } }));
    await run(1);
    expect(stub.requests[0]!.headers['x-cmc_pro_api_key']).toBe(KEY);
    expect(coinmarketcap.live!.secrets).toContainEqual([name]);
  });

  test('that is missing is a problem that says where it belongs', async () => {
    const { run } = await together({}, turned());
    await expect(run(1)).rejects.toMatchObject({
      code: 'usage',
      remedy: expect.stringContaining('COINMARKETCAP_API_KEY'),
    });
  });

  test('of other characters is a problem that does not tell it', async () => {
    const { run } = await together({}, turned({ secrets: { CMC_API_KEY: 'dümmy\nkey' } }));
    const error = await run(1).catch((each: unknown) => each);
    expect(error).toMatchObject({ message: 'CMC_API_KEY holds characters that no key has' });
    expect(JSON.stringify(error)).not.toContain('dümmy');
  });

  test('is in nothing that is written, said or thrown, whatever goes wrong', async () => {
    const { run, stub, around } = await together();
    const message = `The key ${KEY} is not welcome.`;
    stub.next({ kind: 'html' });
    stub.next({ kind: 'error', code: 500, message });
    stub.next({ kind: 'cut' });
    stub.next({ kind: 'error', code: 1009, message });
    stub.change(1, { price: '-' });
    const chunks = await run(3);
    stub.next({ kind: 'error', code: 1001, message });
    const error = (await run(1).catch((each: unknown) => each)) as Error;
    expect(error.message).toContain('The key *** is not welcome.');
    const all = [
      chunks,
      around.said,
      around.notes,
      [...around.positions],
      error.message,
      error.stack,
      { ...error },
    ];
    expect(JSON.stringify(all)).not.toContain(KEY);
  });
});

describe('settings', () => {
  const { convert, top, credits } = coinmarketcap.options;

  test('currencies in any case, each once', () => {
    expect(convert.parse('usd,USDT,Usd')).toEqual(['USD', 'USDT']);
    expect(() => convert.parse('US D')).toThrow('is no currency');
  });

  test('bounds', () => {
    expect(top.parse('5000')).toBe(5000);
    for (const wrong of ['0', '5001', 'x']) expect(() => top.parse(wrong)).toThrow(RangeError);
    expect(() => credits.parse('0')).toThrow(RangeError);
  });

  test('--coin and --top together are a problem', () => {
    const settings = { ...DEFAULTS, coinmarketcapUrl: 'http://a' };
    expect(coinmarketcap.check!({ ...settings, coins: ['btc'], top: 5 }, ['prices'])).toHaveLength(1);
    expect(coinmarketcap.check!({ ...settings, top: 5 }, ['prices'])).toEqual([]);
  });
});
