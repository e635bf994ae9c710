import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CmcSettings, type CmcStub, startCoinMarketCapStub } from './coinmarketcap.ts';

const START = Date.UTC(2026, 2, 2, 10, 15, 30);
const LISTINGS = '/v1/cryptocurrency/listings/latest';
const QUOTES = '/v2/cryptocurrency/quotes/latest';

let stub: CmcStub;
let now = START;

async function start(settings: CmcSettings = {}): Promise<void> {
  stub = await startCoinMarketCapStub({ now: () => now, ...settings });
}
beforeEach(() => {
  now = START;
});
afterEach(() => stub.close());

async function ask(path: string, headers: Record<string, string> = { 'x-cmc_pro_api_key': 'any' }) {
  const response = await fetch(stub.url + path, { headers });
  const body = JSON.parse(await response.text());
  return { http: response.status, status: body.status, data: body.data };
}

describe('the stub of CoinMarketCap', () => {
  test('a listing has rows by rank, with market cap = price * supply', async () => {
    await start();
    const { status, data } = await ask(`${LISTINGS}?limit=3&convert=USD`);
    expect(status).toMatchObject({ error_code: 0, error_message: null, credit_count: 1, total_count: 100 });
    expect(status.timestamp).toBe('2026-03-02T10:15:30.000Z');
    expect(data.map(({ symbol, cmc_rank }: never) => [symbol, cmc_rank])).toEqual([
      ['BTC', 1],
      ['ETH', 2],
      ['USDT', 3],
    ]);
    const [{ quote, ...btc }] = data;
    expect(quote.USD.market_cap).toBe(quote.USD.price * btc.circulating_supply);
    expect(quote.USD.fully_diluted_market_cap).toBe(quote.USD.price * btc.max_supply);
    expect(quote.USD.last_updated).toBe(btc.last_updated);
    expect(btc.last_updated).toMatch(/:00\.000Z$/);
    expect(START - Date.parse(btc.last_updated)).toBeGreaterThanOrEqual(60_000);
  });

  test('aux=cmc_rank omits optional fields, and rows may have different minutes', async () => {
    await start();
    const { data } = await ask(`${LISTINGS}?limit=20&aux=cmc_rank`);
    expect(data[0]).not.toHaveProperty('circulating_supply');
    expect(new Set(data.map((row: { last_updated: string }) => row.last_updated)).size).toBe(2);
  });

  test.each([60_000, 300_000])('an answer repeats for %d ms', async (cacheMs) => {
    await start({ cacheMs });
    const answers = new Set<string>();
    for (let minute = 0; minute < 10; minute++) {
      answers.add(JSON.stringify((await ask(`${LISTINGS}?limit=1`)).data));
      now += 60_000;
    }
    expect(answers.size).toBe(cacheMs === 60_000 ? 10 : 3);
    expect(stub.handed).toHaveLength(10);
  });

  test('quotes are by id, by symbol with all coins that share it, or arrays as in version 3', async () => {
    await start();
    expect(Object.keys((await ask(`${QUOTES}?id=1,1027`)).data)).toEqual(['1', '1027']);
    const { data } = await ask(`${QUOTES}?symbol=TWIN,BTC,NONE`);
    expect(Object.entries(data).map(([symbol, rows]) => [symbol, (rows as unknown[]).length])).toEqual([
      ['TWIN', 3],
      ['BTC', 1],
      ['NONE', 0],
    ]);
    expect((await ask('/v1/cryptocurrency/quotes/latest?symbol=BTC')).data.BTC.id).toBe(1);
    stub.shape = 'v3';
    const third = (await ask('/v3/cryptocurrency/quotes/latest?id=1&convert=USD,EUR')).data;
    expect(third[0].quote.map(({ id, symbol }: never) => [id, symbol])).toEqual([
      [2781, 'USD'],
      [2790, 'EUR'],
    ]);
  });

  test('counts one credit per 200 listed rows or 100 quotes, and one per further currency', async () => {
    await start({ coins: 5000, plan: { monthly: 100 } });
    expect((await ask(`${LISTINGS}?limit=5000&convert=USD,EUR`)).status.credit_count).toBe(26);
    expect((await ask(`${QUOTES}?id=1&convert=USD,EUR`)).status.credit_count).toBe(2);
    const { data, status } = await ask('/v1/key/info');
    expect(status.credit_count).toBe(0);
    expect(data.usage.current_month).toEqual({ credits_used: 28, credits_left: 72 });
    expect(data.plan.credit_limit_monthly_reset_timestamp).toBe('2026-04-01T00:00:00.000Z');
  });

  test('the limits per minute, day and month reset', async () => {
    await start({ plan: { perMinute: 2, daily: 3, monthly: 4 } });
    const codes = async (count: number) => {
      const found: number[] = [];
      for (let i = 0; i < count; i++) found.push((await ask(`${LISTINGS}?limit=1`)).status.error_code);
      return found;
    };
    expect(await codes(3)).toEqual([0, 0, 1008]);
    now += 60_000;
    expect(await codes(2)).toEqual([0, 1009]);
    now += 86_400_000;
    expect(await codes(2)).toEqual([0, 1010]);
    now = Date.UTC(2026, 3, 1);
    expect(await codes(1)).toEqual([0]);
  });

  test('rejects wrong keys and parameters', async () => {
    await start({ key: 'right' });
    expect(await ask(LISTINGS, {})).toMatchObject({
      http: 401,
      status: { error_code: 1002, credit_count: 0 },
    });
    expect(await ask(LISTINGS)).toMatchObject({ http: 401, status: { error_code: 1001 } });
    expect(await ask(`${LISTINGS}?CMC_PRO_API_KEY=right`, {})).toMatchObject({ http: 200 });
    const key = { 'x-cmc_pro_api_key': 'right' };
    expect(await ask(`${LISTINGS}?limit=5001`, key)).toMatchObject({
      http: 400,
      status: { error_code: 400 },
    });
    expect(await ask(`${LISTINGS}?convert=NOPE`, key)).toMatchObject({ http: 400 });
  });

  test('a fault, on cue or by request number, hands out no quote', async () => {
    await start({
      fault: (request) =>
        request === 2 ? { kind: 'error', code: 1010, http: 200, asText: true } : undefined,
    });
    stub.next({ kind: 'reset' });
    await expect(ask(LISTINGS)).rejects.toThrow();
    expect(await ask(LISTINGS)).toMatchObject({ http: 200, status: { error_code: '1010' } });
    expect(stub.handed).toEqual([]);
    expect((await ask(LISTINGS)).data).toHaveLength(100);
    expect(stub.handed).toHaveLength(100);
    expect(stub.handed[0]).toMatchObject({
      id: 1,
      symbol: 'BTC',
      quote: 'USD',
      rank: 1,
      at: START,
      request: 3,
    });
  });
});
