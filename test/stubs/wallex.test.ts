import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startWallexStub, type WallexStub } from './wallex.ts';

const START = Date.UTC(2026, 2, 2, 10, 15, 30);

let stub: WallexStub;
beforeEach(async () => {
  stub = await startWallexStub({ now: () => START });
});
afterEach(() => stub.close());

const ask = () => fetch(`${stub.url}/v1/markets`);
const marketsOf = async (response: Response) => JSON.parse(await response.text()).result.symbols;

describe('the stub of Wallex', () => {
  test('markets have prices with sixteen decimals as texts, and no time', async () => {
    const response = await ask();
    const { USDTTMN, BTCTMN } = await marketsOf(response);
    expect(USDTTMN).toMatchObject({ baseAsset: 'USDT', quoteAsset: 'TMN', minQty: '1e-06' });
    expect(USDTTMN.stats.lastPrice).toMatch(/^\d{6}\.\d{16}$/);
    expect(Number(BTCTMN.stats.lastPrice)).toBeGreaterThan(2 ** 32);
    expect(response.headers.get('date')).toBe('Mon, 02 Mar 2026 10:15:30 GMT');
    expect(stub.handed.map(({ symbol }) => symbol)).toContain('USDTTMN');
    expect(stub.handed[0]).toMatchObject({ text: USDTTMN.stats.lastPrice, at: START, request: 1 });
  });

  test('can send "-", another text, a wrong Date, or omit a market', async () => {
    stub.setPrice('USDTTMN', '-');
    stub.setPrice('BTCTMN', '1.5e10');
    stub.withhold('ETHTMN');
    stub.dateOffsetMs = 60_000;
    const response = await ask();
    const symbols = await marketsOf(response);
    expect([symbols.USDTTMN.stats.lastPrice, symbols.BTCTMN.stats.lastPrice, symbols.ETHTMN]).toEqual([
      '-',
      '1.5e10',
      undefined,
    ]);
    expect(response.headers.get('date')).toBe('Mon, 02 Mar 2026 10:16:30 GMT');
    expect(stub.handed.map(({ symbol }) => symbol)).not.toContain('USDTTMN');
  });

  test('the stub of Wallex answers with the faults that a test asks for', async () => {
    stub.next({ kind: 'unsuccessful' });
    stub.next({ kind: 'too many', retryAfter: '7' });
    stub.next({ kind: 'html', status: 502 });
    expect(await (await ask()).json()).toMatchObject({ success: false });
    const busy = await ask();
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '7']);
    expect((await ask()).status).toBe(502);
    expect(Object.keys(await marketsOf(await ask()))).toHaveLength(6);
    expect(stub.handed.every(({ request }) => request === 4)).toBe(true);
  });
});
