import { describe, expect, test } from 'vitest';
import { recordsOf } from '../turned.ts';
import { KEY, together } from './run.ts';

const pairs = (records: readonly { key: string | null }[]) => records.map(({ key }) => key!.split('@')[0]);

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
    expect(stub.requests.map(({ path }) => path)).toEqual([
      '/v1/key/info',
      '/v1/cryptocurrency/listings/latest',
    ]);
    expect(stub.requests[1]!.headers['x-cmc_pro_api_key']).toBe(KEY);
    expect(Object.fromEntries(stub.requests[1]!.query)).toEqual({
      start: '1',
      limit: '2',
      convert: 'USD',
      aux: 'cmc_rank',
    });
  });
});
