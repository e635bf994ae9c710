import { describe, expect, test } from 'vitest';
import { BINANCE_FAULTS } from '../../stubs/binance/rest.ts';
import { barsIn, collect, HOUR, MINUTE, running, together } from './run.ts';

describe('REST', () => {
  test('429 waits exactly as long as Retry-After says', async () => {
    const { stub, around, read } = await together({ once: true });
    stub.next(BINANCE_FAULTS.tooMany(37));
    expect(barsIn(await collect(read(), around)).length).toBe(76);
    expect(around.sleeps).toEqual([37_000]);
    expect(around.warnings).toEqual([
      expect.stringMatching(/too many requests .*HTTP 429, -1003.*asking again at 2026-03-02T10:16:07.000Z/),
    ]);
  });

  test('418 waits exactly as long as Retry-After says, up to three days, and names the time', async () => {
    const { stub, around, read } = await together();
    stub.next(BINANCE_FAULTS.banned(3 * 86_400));
    const run = running(read(), around, stub);
    await run.until(() => run.records.length > 0);
    await run.stop();
    expect(around.sleeps.reduce((sum, span) => sum + span, 0)).toBe(3 * 24 * HOUR);
    expect(around.warnings[0]).toContain('HTTP 418');
    expect(around.warnings[0]).toMatch(/asking again at 2026-03-05T10:15:\d\d/);
    expect(around.notes[0]).toContain('asking again at 2026-03-05');
  });

  test('418 under --once is unavailable, with the time to try again', async () => {
    const { stub, around, read } = await together({ once: true });
    stub.next(BINANCE_FAULTS.banned(600));
    await expect(collect(read(), around)).rejects.toMatchObject({
      code: 'unavailable',
      hint: expect.stringContaining('2026-03-02T10:25:30.000Z'),
      retry: true,
    });
  });

  test('403 is a block, not a missing key: it is waited out for minutes', async () => {
    const { stub, around, read } = await together();
    stub.next(BINANCE_FAULTS.firewall, 2);
    const run = running(read(), around, stub);
    await run.until(() => run.records.length > 0);
    await run.stop();
    expect(around.sleeps.slice(0, 2)).toEqual([5.25 * MINUTE, 10.5 * MINUTE]);
    expect(around.warnings).toEqual([expect.stringContaining('a block, not a missing key')]);
  });

  test('451 stops with the hosts and the exchanges that answer', async () => {
    const { stub, around, read } = await together();
    stub.next(BINANCE_FAULTS.restricted);
    await expect(collect(read(), around)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('closed to this region'),
      hint: expect.stringMatching(
        /data-api\.binance\.vision.*data-stream\.binance\.vision.*kraken or coinbase/,
      ),
    });
  });

  test.each(['firewall', 'tooMany'] as const)('%s that stays is unavailable under --once', async (name) => {
    const { stub, around, read } = await together({ once: true });
    const fault = BINANCE_FAULTS[name];
    stub.next(typeof fault === 'function' ? fault(1) : fault, 20);
    await expect(collect(read(), around)).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('-1121 names the symbol', async () => {
    const { stub, around, read } = await together({ once: true });
    stub.next({ status: 200, body: infoOf('BTC', 'USDT') });
    stub.next(BINANCE_FAULTS.invalidSymbol);
    await expect(collect(read(), around)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('no market BTCUSDT'),
    });
    expect(around.sleeps).toEqual([]);
  });

  test.each([
    ['-1100 Illegal characters', BINANCE_FAULTS.illegal],
    ['-1120 Invalid interval', BINANCE_FAULTS.invalidInterval],
  ])('%s is not asked again', async (text, fault) => {
    const { stub, around, read } = await together();
    stub.next(fault);
    await expect(collect(read(), around)).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringContaining(text),
    });
    expect(stub.requests.length).toBe(1);
  });

  test.each([
    [500, -1000, 'An unknown error occurred.'],
    [500, -1001, 'Internal error; unable to process your request.'],
    [504, -1007, 'Timeout waiting for response from backend server.'],
    [503, -1008, 'Server is currently overloaded with other requests.'],
  ])('HTTP %i with %i is asked again after a wait', async (status, code, msg) => {
    const { stub, around, read } = await together({ once: true });
    stub.next({ status, body: { code, msg } });
    expect(barsIn(await collect(read(), around)).length).toBe(75);
    expect(around.sleeps).toEqual([1050]);
  });

  test('5xx, a broken answer and a missing field are asked again after growing waits', async () => {
    const { stub, around, read } = await together({ once: true });
    stub.next(BINANCE_FAULTS.overloaded);
    stub.next({ status: 200, body: '<html>' });
    stub.next({ status: 200, body: { timezone: 'UTC' } });
    expect(barsIn(await collect(read(), around)).length).toBe(75);
    expect(around.sleeps).toEqual([1050, 2100, 4200]);
    expect(around.warnings).toEqual([expect.stringContaining('an answer without markets')]);
    expect(around.logged.at(-1)).toContain('answers again');
  });

  test('the limit of weights that exchangeInfo names is kept', async () => {
    const { stub, around, read } = await together({ once: true });
    stub.rest.limit = 40;
    stub.dumps.isAway = true;
    const since = around.context.now() - 10 * 24 * HOUR;
    const bars = barsIn(await collect(read({ since }), around));
    expect(bars.length).toBe(10 * 24 * 60 - 1);
    expect(stub.rest.mostWeight).toBeLessThanOrEqual(32);
    expect(around.warnings).toEqual([]);
  });

  test('without header Date, a bar is final once a later one has begun', async () => {
    const { stub, around, read } = await together({ once: true });
    stub.rest.withoutDate = true;
    const bars = barsIn(await collect(read(), around));
    expect(bars.at(-1)!.end).toBe('2026-03-02T10:15:00.000Z');
  });

  test('a bar that ended less than two seconds ago is left for later', async () => {
    const { around, read } = await together({ once: true });
    around.turn(31_000);
    const bars = barsIn(await collect(read(), around));
    expect(bars.at(-1)!.end).toBe('2026-03-02T10:15:00.000Z');
  });
});

const infoOf = (baseAsset: string, quoteAsset: string) => ({
  rateLimits: [],
  symbols: [{ symbol: baseAsset + quoteAsset, status: 'TRADING', baseAsset, quoteAsset }],
});

describe('markets', () => {
  test('a coin that Binance has not is named, and the others are read', async () => {
    const { around, read } = await together({ once: true });
    const bars = barsIn(await collect(read({ coins: ['btc', 'nope'] }), around));
    expect(new Set(bars.map(({ base }) => base))).toEqual(new Set(['btc']));
    expect(around.warnings).toEqual(['binance does not trade nope; it is left out']);
  });

  test('a coin without a market in the quote currency is named with those it has', async () => {
    const { around, read } = await together({ once: true });
    await collect(read({ coins: ['btc', 'doge'], quote: 'eur' }), around);
    expect(around.warnings).toEqual(['binance has no market doge/eur, only doge in usdt; it is left out']);
  });

  test('no coin with a market is a usage error', async () => {
    const { around, read } = await together({ once: true });
    await expect(collect(read({ quote: 'usd' }), around)).rejects.toMatchObject({ code: 'usage' });
  });

  test('a market that is not traded now is named', async () => {
    const { around, read } = await together({ once: true });
    await collect(read({ coins: ['lunc'] }), around);
    expect(around.warnings).toEqual([
      expect.stringContaining('LUNCUSDT is not traded at the moment (BREAK)'),
    ]);
  });
});

describe('the upgrade', () => {
  test('429 and 418 wait exactly as long as Retry-After says', async () => {
    const { stub, around, read } = await together();
    stub.refuse(BINANCE_FAULTS.tooMany(40));
    stub.refuse(BINANCE_FAULTS.banned(130));
    const run = running(read(), around, stub);
    await run.until(() => stub.open() === 1);
    await run.stop();
    expect(around.sleeps).toEqual([40_000, 130_000]);
  });

  test('451 stops with the hosts and the exchanges that answer', async () => {
    const { stub, around, read } = await together();
    stub.refuse(BINANCE_FAULTS.restricted);
    const run = running(read(), around, stub);
    expect(await run.failure()).toMatchObject({
      code: 'unavailable',
      hint: expect.stringContaining('kraken'),
    });
  });

  test('403 is waited out for minutes', async () => {
    const { stub, around, read } = await together();
    stub.refuse(BINANCE_FAULTS.firewall);
    const run = running(read(), around, stub);
    await run.until(() => stub.open() === 1);
    await run.stop();
    expect(around.sleeps[0]).toBe(5.25 * MINUTE);
  });
});
