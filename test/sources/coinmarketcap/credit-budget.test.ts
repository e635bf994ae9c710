import { describe, expect, test } from 'vitest';
import { polls, turned, valuesOf } from '../turned.ts';
import { KEY, together } from './run.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const MONTH_END = Date.UTC(2026, 3, 1);

/** The times of the polls for prices and of the requests for the plan. */
function requestsOf(stub: Awaited<ReturnType<typeof together>>['stub']) {
  const of = (isPlan: boolean) =>
    stub.requests.filter(({ path }) => (path === '/v1/key/info') === isPlan).map(({ at }) => at);
  return { prices: of(false), plan: of(true) };
}

/** Polls until the clock says so. */
async function until(time: number, given: Awaited<ReturnType<typeof together>>, changes = {}) {
  let chunks = 0;
  for await (const _ of given.read({ coins: ['btc'], ...changes })) {
    chunks++;
    if (given.around.context.now() >= time) break;
  }
  return chunks;
}

describe('the credit budget', () => {
  test('polls at the requested interval, without a log line, while the credits allow it', async () => {
    const setup = await together({ plan: { monthly: 50_000 } });
    await setup.run(60);
    const { prices } = requestsOf(setup.stub);
    expect(prices.slice(1).map((at, i) => at - prices[i]!)).toEqual([30_000, ...Array(58).fill(MINUTE)]);
    expect(setup.around.warnings).toEqual([]);
    expect(setup.around.notes.at(-1)).toMatch(/ % cached, 49,940 credits left$/);
    expect(setup.around.quotas.at(-1)).toBe('49,940 credits left');
  });

  test('stretches the interval to make the credits last to the end of the month, logs it once, and recovers', async () => {
    const setup = await together({ plan: { monthly: 1000 } });
    await until(MONTH_END + 4 * 3_600_000, setup, { every: 10 * MINUTE });
    const { prices, plan } = requestsOf(setup.stub);
    const before = prices.filter((at) => at < MONTH_END);
    // Even, on the grid, and nearly all credits used.
    expect(before.slice(1).every((at) => at % (10 * MINUTE) === 0)).toBe(true);
    expect(before.length).toBeGreaterThan(990);
    expect(before.length).toBeLessThanOrEqual(1000);
    const perDay = (from: number) => before.filter((at) => at >= from && at < from + DAY).length;
    const days = Array.from({ length: 28 }, (_, day) => perDay(Date.UTC(2026, 2, 3 + day)));
    expect(Math.max(...days) - Math.min(...days)).toBeLessThanOrEqual(2);
    // A new month, for which it warns again.
    expect(prices.length).toBeGreaterThan(before.length);
    expect(setup.around.warnings.map((line) => line.replace(/about every \w+/, 'about every X'))).toEqual([
      'coinmarketcap: 999 credits are left until 2026-04-01T00:00:00.000Z; polling about every X instead of 10m, so that they last',
      expect.stringMatching(/^coinmarketcap: 99\d credits are left until 2026-05-01/),
    ]);
    expect(plan.length).toBeLessThanOrEqual(prices.length);
    expect(setup.stub.usage.month).toBeLessThan(20);
  });

  test('slows down in a month whose credits other clients have nearly used up, and returns to full speed in the next', async () => {
    const setup = await together({ plan: { monthly: 50_000 } });
    await setup.run(1, { coins: ['btc'] });
    setup.stub.usage.month = 49_900;
    await until(MONTH_END + 3600_000, setup);
    const { prices } = requestsOf(setup.stub);
    const after = prices.filter((at) => at > MONTH_END);
    expect(prices.filter((at) => at < MONTH_END).length).toBeLessThan(105);
    expect(after.slice(2).every((at, i) => at - after[i + 1]! === MINUTE)).toBe(true);
    expect(setup.around.warnings).toHaveLength(1);
  });

  test('asks every hour how much other clients spent', async () => {
    const setup = await together({ plan: { monthly: 1_000_000 } });
    await setup.run(121, { coins: ['btc'] });
    const { plan } = requestsOf(setup.stub);
    expect(plan.slice(1).map((at, i) => at - plan[i]!)).toEqual(
      [3_630_000, 3_600_000].slice(0, plan.length - 1),
    );
  });

  test('a daily limit of credits applies besides the monthly one', async () => {
    const setup = await together({ plan: { monthly: 1_000_000, daily: 100 } });
    await until(Date.UTC(2026, 2, 3, 1), setup);
    const today = requestsOf(setup.stub).prices.filter((at) => at < Date.UTC(2026, 2, 3));
    expect(today.length).toBeGreaterThan(95);
    expect(today.length).toBeLessThanOrEqual(100);
  });

  test('polling without credits pauses until new ones arrive, and marks a gap', async () => {
    const setup = await together({ plan: { monthly: 1000 } });
    const { usage } = setup.stub;
    usage.info(setup.around.context.now());
    usage.month = 998;
    const chunks = await setup.run(1, { convert: ['USD', 'USDT', 'EUR'] });
    expect(setup.around.warnings[0]).toBe(
      'coinmarketcap: the credits of the plan are used up; polling pauses until 2026-04-01T00:00:00.000Z',
    );
    expect(requestsOf(setup.stub).prices).toEqual([MONTH_END]);
    expect(valuesOf(chunks, 'gaps')).toMatchObject([{ reason: 'the credits of the plan are used up' }]);
  });

  test('a poll costs what CoinMarketCap reports', async () => {
    const setup = await together({ plan: { monthly: 1_000_000 }, coins: 1000 });
    await setup.run(2, { top: 1000, convert: ['USD', 'USDT'] });
    expect(setup.stub.usage.month).toBe(12);
    expect(setup.around.notes.at(-1)).toContain('999,988 credits left');
  });
});

describe('--credits', () => {
  test('--credits replaces the request for the plan', async () => {
    const setup = await together();
    const chunks = await setup.run(3, { credits: 1000, coins: ['btc'] });
    expect(requestsOf(setup.stub).plan).toEqual([]);
    expect(setup.around.warnings).toEqual([
      'coinmarketcap: 999 credits are left until 2026-04-01T00:00:00.000Z; polling about every 42m38s instead of 1m, so that they last',
    ]);
    expect(chunks).toHaveLength(3);
  });

  test('the credits used survive a restart', async () => {
    const setup = await together();
    await setup.run(3, { credits: 1000, coins: ['btc'] });
    await setup.run(1, { credits: 1000, coins: ['btc'] });
    expect(setup.around.notes.at(-1)).toContain('996 credits left');
  });

  test('credits that are used up are an error under --once', async () => {
    const around = turned({ once: true, secrets: { COINMARKETCAP_API_KEY: KEY } });
    const setup = await together({}, around);
    await setup.run(1, { credits: 1 });
    await expect(setup.run(1, { credits: 1 })).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('a plan without a credit report', () => {
  test('a key that names no credits is warned about once, and polling continues', async () => {
    const setup = await together({ plan: { monthly: 0 } });
    await setup.run(130, { coins: ['btc'] });
    expect(setup.around.warnings).toEqual([
      'coinmarketcap: CoinMarketCap does not report the credits of the plan; set --credits N to spread them over the month',
    ]);
  });

  test('after a failed request the plan is requested again in five minutes, and polling continues', async () => {
    const setup = await together();
    setup.stub.next({ kind: 'html', status: 502 });
    const chunks = await polls(8, setup.read({ top: 1 }), setup.around);
    const { plan } = requestsOf(setup.stub);
    expect(plan[1]! - plan[0]!).toBe(330_000);
    expect(valuesOf(chunks, 'gaps')).toEqual([]);
  });

  test('under --once the plan is not requested', async () => {
    const setup = await together({}, turned({ once: true, secrets: { COINMARKETCAP_API_KEY: KEY } }));
    await setup.run(1);
    expect(requestsOf(setup.stub).plan).toEqual([]);
  });
});
