import { describe, expect, test } from 'vitest';
import { coinmarketcap } from '../../../src/sources/coinmarketcap/coinmarketcap.ts';
import { recordsOf, valuesOf } from '../turned.ts';
import { DEFAULTS, KEY, together } from './run.ts';

const pairs = (records: readonly { key: string | null }[]) => records.map(({ key }) => key!.split('@')[0]);
const LISTINGS = '/v1/cryptocurrency/listings/latest';
const QUOTES = '/v2/cryptocurrency/quotes/latest';

describe('coinmarketcap', () => {
  test('coinmarketcap writes the rows of a listing in the order of the answer', async () => {
    const { run, stub } = await together();
    const chunks = await run(1, { top: 2 });
    const [btc] = stub.handed;
    expect(recordsOf(chunks)[0]).toEqual({
      topic: 'prices-coinmarketcap',
      partitionKey: 'usd',
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

  test('coinmarketcap reads ten coins by default', async () => {
    const { run } = await together();
    expect(recordsOf(await run(1))).toHaveLength(10);
  });

  test('requests coins by their numeric ids, in each currency', async () => {
    const { run, stub } = await together();
    const chunks = await run(1, {
      coins: ['btc', 'eth'],
      convert: ['USD', 'USDT'],
      topic: '{coin_name}-cmc',
    });
    expect(stub.requests[1]).toMatchObject({ path: QUOTES });
    expect(stub.requests[1]!.query.get('id')).toBe('1,1027');
    expect(
      recordsOf(chunks).map(({ topic, partitionKey, key }) => [topic, partitionKey, key!.split('@')[0]]),
    ).toEqual([
      ['bitcoin-cmc', 'usd', 'btc/usd'],
      ['bitcoin-cmc', 'usdt', 'btc/usdt'],
      ['ethereum-cmc', 'usd', 'eth/usd'],
      ['ethereum-cmc', 'usdt', 'eth/usdt'],
    ]);
  });

  test('uses the best ranked of several coins with one symbol, and logs it once', async () => {
    const { run, stub, around } = await together();
    const chunks = await run(3, { coins: ['btc', 'twin'] });
    expect(around.warnings).toEqual([
      'coinmarketcap: 3 coins have the symbol twin; using the best ranked, Twin (id 30002, rank 321)',
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

  test('skips a symbol that no coin has; an error if it is the only one', async () => {
    const { run, around } = await together();
    expect(pairs(recordsOf(await run(1, { coins: ['nope', 'btc'] })))).toEqual(['btc/usd']);
    expect(around.warnings).toEqual(['coinmarketcap: no coin has the symbol nope; skipping it']);
    await expect(run(1, { coins: ['nope'] })).rejects.toMatchObject({ code: 'usage' });
  });

  test('coinmarketcap keeps the best ranked coin per symbol of a listing and counts the others', async () => {
    const { run, stub, around } = await together();
    stub.rename(40_012, 'SOL');
    stub.rename(40_014, 'C13');
    const chunks = await run(3, { top: 15 });
    expect(chunks.map(({ counts }) => counts?.['same symbol'])).toEqual([2, 2, 2]);
    expect(valuesOf(chunks).filter(({ cmc_id }) => [40_012, 40_014].includes(Number(cmc_id)))).toEqual([]);
    expect(pairs(recordsOf(chunks.slice(0, 1)))).toHaveLength(13);
    expect(around.warnings).toEqual([
      'coinmarketcap: several coins share a symbol (sol, c13); using the best ranked of each, skipping the others',
    ]);
  });

  test.each(['v1', 'v3'] as const)(
    'coinmarketcap reads %s listings, quotes by id and quotes by symbol',
    async (shape) => {
      const { run } = await together({ shape });
      expect(pairs(recordsOf(await run(1, { top: 3 })))).toEqual(['btc/usd', 'eth/usd', 'usdt/usd']);
      const chunks = await run(1, { coins: ['btc', 'twin'], convert: ['USDT', 'EUR'], topic: 'another' });
      expect(pairs(recordsOf(chunks))).toEqual(['btc/usdt', 'btc/eur', 'twin/usdt', 'twin/eur']);
    },
  );

  test('accepts error_code 0 as a text', async () => {
    const { run } = await together({ codesAsText: true });
    expect(recordsOf(await run(1))).toHaveLength(10);
  });

  test('uses one connection for all polls and closes it at the end', async () => {
    const { run, stub } = await together();
    await run(5);
    expect(stub.connections).toMatchObject({ most: 1, all: 1 });
    await expect.poll(() => stub.connections.open).toBe(0);
  });
});

describe('values', () => {
  test('leaves out fields that CoinMarketCap does not know', async () => {
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

  test('invalid rows are rejects', async () => {
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
      'not an object',
      'not an object',
      'id: "x" is not a number',
      'symbol: "a/b" contains a character that a key cannot have',
      'no quote in USD',
      'last_updated: "today" is not a time',
    ]);
  });
});

describe('settings', () => {
  const { convert, top, credits } = coinmarketcap.options;

  test('accepts currencies in any case, each once', () => {
    expect(convert.parse('usd,USDT,Usd')).toEqual(['USD', 'USDT']);
    expect(() => convert.parse('US D')).toThrow('is not a currency');
  });

  test('checks bounds', () => {
    expect(top.parse('5000')).toBe(5000);
    for (const wrong of ['0', '5001', 'x']) expect(() => top.parse(wrong)).toThrow(RangeError);
    expect(() => credits.parse('0')).toThrow(RangeError);
  });

  test('rejects --coin together with --top', () => {
    const settings = { ...DEFAULTS, coinmarketcapUrl: 'http://a' };
    expect(coinmarketcap.check!({ ...settings, coins: ['btc'], top: 5 }, ['prices'])).toHaveLength(1);
    expect(coinmarketcap.check!({ ...settings, top: 5 }, ['prices'])).toEqual([]);
  });
});
