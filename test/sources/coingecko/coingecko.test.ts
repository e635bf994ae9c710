import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { polls, recordsOf, turned, valuesOf } from '../turned.ts';
import { together } from './run.ts';

const keysOf = (records: readonly { key: string | null }[]) => records.map(({ key }) => key!.split('@')[0]);

describe('coingecko', () => {
  test('coingecko writes the price, market cap and time of each coin', async () => {
    const { run, stub, around } = await together();
    const chunks = await run(1, { coins: ['btc', 'eth'] });
    const btc = stub.handed.find(({ id }) => id === 'bitcoin')!;
    expect(recordsOf(chunks)[0]).toEqual({
      topic: 'prices-coingecko',
      partitionKey: 'usd',
      key: 'btc/usd@2026-03-02T10:14:43.000Z',
      value: JSON.stringify({
        source: 'coingecko',
        base: 'btc',
        quote: 'usd',
        price: btc.price,
        market_cap: btc.marketCap,
        volume_24h: Math.round(btc.price * 19_990_000 * 0.03),
        coingecko_id: 'bitcoin',
        last_updated: '2026-03-02T10:14:43.000Z',
        polled_at: '2026-03-02T10:15:30.000Z',
      }),
      headers: { source: 'coingecko', schema: 'quote/1' },
    });
    expect(keysOf(recordsOf(chunks))).toEqual(['btc/usd', 'eth/usd']);
    expect(around.logged[0]).toBe('coingecko: Data from CoinGecko (https://www.coingecko.com)');
    expect(around.warnings).toEqual([]);
  });

  test('coingecko reads the ten largest coins by default, and more than a page in several calls', async () => {
    const { run, stub } = await together();
    expect(recordsOf(await run(1))).toHaveLength(10);
    const chunks = await run(1, { top: 260 });
    expect(recordsOf(chunks)).toHaveLength(260);
    expect(stub.requests.map(({ query }) => [query.get('per_page'), query.get('page')])).toEqual([
      ['10', '1'],
      ['250', '1'],
      ['250', '2'],
    ]);
  });

  test('coingecko finds large coins in the first page, then asks for them by id', async () => {
    const { run, stub, paths } = await together();
    await run(2, { coins: ['btc', 'eth'] });
    expect(paths()).toEqual(['/coins/markets', '/coins/markets']);
    expect(stub.requests[1]!.query.get('ids')).toBe('bitcoin,ethereum');
  });

  test('coingecko takes the largest of several coins with one symbol, and warns once', async () => {
    const { run, stub, paths, around } = await together();
    const chunks = await run(2, { coins: ['btc', 'twin'] });
    expect(paths()).toEqual(['/coins/markets', '/coins/list', '/coins/markets', '/coins/markets']);
    expect(stub.requests[3]!.query.get('ids')).toBe('bitcoin,twin');
    expect(around.warnings).toEqual([
      'coingecko: 3 coins have the symbol twin; using the one with the largest market cap, Twin (twin)',
    ]);
    const twins = valuesOf(chunks).filter(({ base }) => base === 'twin');
    expect(twins.map(({ coingecko_id }) => coingecko_id)).toEqual(['twin', 'twin']);
  });

  test('coingecko names a coin that it has not, and reads the others', async () => {
    const { run, around } = await together();
    expect(recordsOf(await run(1, { coins: ['btc', 'nope'] }))).toHaveLength(1);
    expect(around.warnings).toEqual(['coingecko: no coin has the symbol nope; skipping it']);
  });

  test('coingecko fails when it has none of the coins', async () => {
    const { run } = await together();
    await expect(run(1, { coins: ['nope', 'none'] })).rejects.toMatchObject({
      code: 'usage',
      message: 'CoinGecko has no coin nope, none',
    });
  });

  test('a listing writes one coin a symbol, the largest', async () => {
    const { run, stub } = await together();
    stub.change('ethereum', { symbol: 'btc' });
    const chunks = await run(1, { top: 3 });
    expect(valuesOf(chunks).map(({ coingecko_id }) => coingecko_id)).toEqual(['bitcoin', 'tether']);
    expect(chunks[0]!.counts).toEqual({ 'same symbol': 1 });
  });

  test('each currency is a call, and one that CoinGecko has not is named', async () => {
    const { run, stub, paths, around } = await together();
    const chunks = await run(1, { coins: ['btc'], convert: ['USD', 'EUR', 'USDT'] });
    expect(keysOf(recordsOf(chunks))).toEqual(['btc/usd', 'btc/eur']);
    expect(paths()).toEqual(['/simple/supported_vs_currencies', '/coins/markets', '/coins/markets']);
    expect(stub.requests[2]!.query.get('vs_currency')).toBe('eur');
    expect(around.warnings).toEqual(['coingecko: no prices in usdt; leaving it out']);
  });

  test('coingecko fails when it has none of the currencies', async () => {
    const { run } = await together();
    await expect(run(1, { convert: ['USDT'] })).rejects.toMatchObject({
      code: 'usage',
      message: 'CoinGecko has no prices in usdt',
      hint: expect.stringContaining('--convert USD'),
    });
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['no price', { current_price: null }, 'price: null is not a positive number'],
    ['no time', { last_updated: null }, 'last_updated: null is not a time'],
    ['a symbol with a bar', { symbol: 'b|c' }, 'symbol: "b|c" contains a character'],
    ['no id', { id: 7 }, 'id: 7 is not a text'],
    ['a time too far ahead', { last_updated: '2026-03-09T00:00:00.000Z' }, 'is too far ahead of the clock'],
  ])('a coin with %s is rejected, and the others are written', async (_, fields, why) => {
    const { run, stub } = await together({}, turned({ maxAheadMs: 86_400_000 }));
    stub.change('bitcoin', fields);
    const chunks = await run(1, { top: 2 });
    expect(keysOf(recordsOf(chunks, 'prices-coingecko'))).toEqual(['eth/usd']);
    expect(valuesOf(chunks, 'rejects')).toMatchObject([
      { source: 'coingecko', topic: 'prices-coingecko', why: expect.stringContaining(why) },
    ]);
  });

  test('a topic may be named after the coin', async () => {
    const { run } = await together();
    const chunks = await run(1, { top: 2, topic: '{coin_name}-cg' });
    expect(recordsOf(chunks).map(({ topic }) => topic)).toEqual(['bitcoin-cg', 'ethereum-cg']);
  });
});

describe("CoinGecko's cache", () => {
  test('an answer that comes again is written once, also after a restart', async () => {
    const { run, around } = await together({ cacheMs: 300_000 });
    const chunks = [...(await run(4, { coins: ['btc'] })), ...(await run(3, { coins: ['btc'] }))];
    const keys = recordsOf(chunks, 'prices-coingecko').map(({ key }) => key);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(2);
    expect(chunks[1]!.counts).toEqual({ cached: 1 });
    expect([...around.positions.keys()]).toEqual(['coingecko/prices-coingecko']);
  });

  test('each quote is written once for any schedule of restarts, caches and failures', async () => {
    const step = fc.record({
      polls: fc.integer({ min: 1, max: 3 }),
      pauseMs: fc.integer({ min: 0, max: 400_000 }),
      isLong: fc.boolean(),
      failures: fc.integer({ min: 0, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5, size: 'max' }), async (steps) => {
        const { read, stub, around } = await together();
        const written: string[] = [];
        const settings = { coins: ['btc', 'eth'] };
        for (const { polls: count, pauseMs, isLong, failures } of steps) {
          stub.cacheMs = isLong ? 300_000 : 60_000;
          stub.next({ kind: 'reset' }, failures);
          const records = recordsOf(await polls(count, read(settings), around), 'prices-coingecko');
          written.push(...records.map(({ key }) => key!));
          around.turn(pauseMs);
        }
        const handed = stub.handed.filter(({ id }) => id === 'bitcoin' || id === 'ethereum');
        const keys = handed.map(({ symbol, lastUpdated }) => `${symbol}/usd@${lastUpdated}`);
        expect(written.sort()).toEqual([...new Set(keys)].sort());
        await stub.close();
      }),
      { numRuns: 20 },
    );
  });
});
