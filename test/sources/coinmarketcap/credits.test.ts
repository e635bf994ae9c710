import { describe, expect, test } from 'vitest';
import { affordable, Credits, readBudgets } from '../../../src/sources/coinmarketcap/credits.ts';
import { START } from '../turned.ts';

const HOUR = 3_600_000;
const MONTH_END = Date.UTC(2026, 3, 1);

describe('the interval that the credits allow', () => {
  test('the interval spreads the remaining credits over the remaining time', () => {
    expect(affordable([{ left: 60, until: START + HOUR }], 1, START)).toBe(60_000);
    expect(affordable([{ left: 60, until: START + HOUR }], 25, START)).toBe(HOUR / 2);
  });

  test('the interval is the longest of all periods', () => {
    const budgets = [
      { left: 1000, until: START + HOUR },
      { left: 10, until: START + HOUR },
    ];
    expect(affordable(budgets, 1, START)).toBe(HOUR / 10);
  });

  test('the interval is infinite with too few credits for a poll, and 0 without a limit', () => {
    expect(affordable([{ left: 2, until: START + HOUR }], 3, START)).toBe(Number.POSITIVE_INFINITY);
    expect(affordable([{ left: -5, until: START + HOUR }], 3, START)).toBe(Number.POSITIVE_INFINITY);
    expect(affordable([], 1, START)).toBe(0);
    expect(affordable([{ left: 0, until: START }], 1, START)).toBe(0);
  });
});

describe('/v1/key/info', () => {
  const info = (plan: object, usage: object) => ({ plan, usage });

  test('the plan has a monthly budget, and a daily one if it limits days', () => {
    const keyInfo = info(
      {
        credit_limit_monthly: 10_000,
        credit_limit_monthly_reset_timestamp: '2026-03-20T00:00:00.000Z',
        credit_limit_daily: 333,
        credit_limit_daily_reset_timestamp: '2026-03-03T00:00:00.000Z',
      },
      { current_month: { credits_used: 1, credits_left: 9999 }, current_day: { credits_left: 332 } },
    );
    expect(readBudgets(keyInfo, START)).toEqual([
      { left: 9999, until: Date.UTC(2026, 2, 20) },
      { left: 332, until: Date.UTC(2026, 2, 3) },
    ]);
  });

  test('without a reset time the budget ends with the calendar month', () => {
    expect(readBudgets(info({ credit_limit_monthly: 10_000, credit_limit_daily: 0 }, {}), START)).toEqual([
      { left: 10_000, until: MONTH_END },
    ]);
  });

  test.each([[null], [{}], ['hello'], [{ plan: null, usage: [] }]])('%j has no budgets', (data) => {
    expect(readBudgets(data, START)).toEqual([]);
  });
});

describe('credits set by the user', () => {
  test('credits are counted per month, across restarts', () => {
    const credits = new Credits(100, undefined, START);
    credits.spend(60, START);
    const again = new Credits(100, credits.used, START + HOUR);
    expect(again.tightest(START + HOUR)).toEqual({ left: 40, until: MONTH_END });
    again.spend(40, START + HOUR);
    expect(again.spentUntil(1, START + HOUR)).toBe(MONTH_END);
  });

  test('all credits are available again next month, also after a restart', () => {
    const credits = new Credits(100, { month: '2026-03', credits: 100 }, START);
    expect(credits.spentUntil(1, START)).toBe(MONTH_END);
    expect(credits.spentUntil(1, MONTH_END)).toBeUndefined();
    const again = new Credits(100, { month: '2026-03', credits: 100 }, MONTH_END);
    expect(again.tightest(MONTH_END)).toEqual({ left: 100, until: Date.UTC(2026, 4, 1) });
  });
});
