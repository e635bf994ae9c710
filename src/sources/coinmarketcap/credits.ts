import { isObject, type Json, numberOf } from '../../core/util/json.ts';
import type { Millis } from '../../core/util/time.ts';
import { monthOf, nextDay, nextMonth } from '../shared/poll/periods.ts';

/** Credits that are left until a time, when there are new ones. */
export interface Budget {
  readonly left: number;
  readonly until: Millis;
}

/** What was used in a month (UTC), where CoinMarketCap is not asked. */
export interface Used {
  readonly month: string;
  readonly credits: number;
}

/** The time between polls with which each budget lasts to its end; Infinity when one has not enough for a poll. */
export function affordable(budgets: readonly Budget[], cost: number, now: Millis): Millis {
  const intervals = budgets
    .filter(({ until }) => until > now)
    .map(({ left, until }) => (until - now) / Math.floor(Math.max(0, left) / cost));
  return Math.max(0, ...intervals);
}

const objectAt = (value: unknown, field: string): Json => {
  const inner = isObject(value) ? value[field] : undefined;
  return isObject(inner) ? inner : {};
};

const parseReset = (value: unknown): Millis => (typeof value === 'string' ? Date.parse(value) : Number.NaN);

/** The budgets in `data` of /v1/key/info: of the month, and of the day where the plan has one. Empty: it names none. */
export function readBudgets(data: unknown, now: Millis): readonly Budget[] {
  const plan = objectAt(data, 'plan');
  const usage = objectAt(data, 'usage');
  return (['monthly', 'daily'] as const).flatMap((period) => {
    const limit = numberOf(plan[`credit_limit_${period}`]);
    if (!(limit > 0)) return [];
    const creditsLeft = objectAt(usage, period === 'monthly' ? 'current_month' : 'current_day').credits_left;
    const reset = parseReset(plan[`credit_limit_${period}_reset_timestamp`]);
    const end = period === 'monthly' ? nextMonth(now) : nextDay(now);
    return [
      { left: typeof creditsLeft === 'number' ? creditsLeft : limit, until: reset > now ? reset : end },
    ];
  });
}

/** The credits of a plan as they are spent: told by CoinMarketCap, or a monthly figure that the user gives. */
export class Credits {
  #budgets: readonly Budget[] = [];
  #used: Used;
  readonly #monthly: number;

  /** `monthly`: 0 when CoinMarketCap is asked. */
  constructor(monthly: number, used: Used | undefined, now: Millis) {
    this.#monthly = monthly;
    this.#used = used ?? { month: monthOf(now), credits: 0 };
    this.#begin(now);
  }

  get used(): Used {
    return this.#used;
  }

  /** What CoinMarketCap says is left; others may spend of it too. */
  setBudgets(budgets: readonly Budget[]): void {
    this.#budgets = budgets;
  }

  spend(credits: number, now: Millis): void {
    this.#begin(now);
    this.#used = { ...this.#used, credits: this.#used.credits + credits };
    this.#budgets = this.#budgets.map(({ left, until }) => ({ left: left - credits, until }));
  }

  /** True when a period is over whose new credits only CoinMarketCap knows. */
  isOver(now: Millis): boolean {
    return this.#monthly === 0 && this.#budgets.some(({ until }) => until <= now);
  }

  interval(cost: number, now: Millis): Millis {
    this.#begin(now);
    return affordable(this.#budgets, cost, now);
  }

  /** When there are enough for a poll again; undefined: there are. */
  spentUntil(cost: number, now: Millis): Millis | undefined {
    this.#begin(now);
    const empty = this.#budgets.filter(({ left, until }) => until > now && left < cost);
    return empty.length === 0 ? undefined : Math.max(...empty.map(({ until }) => until));
  }

  /** The tightest budget of those that are not over. */
  tightest(now: Millis): Budget | undefined {
    const open = this.#budgets.filter(({ until }) => until > now);
    return open.sort((a, b) => a.left / (a.until - now) - b.left / (b.until - now))[0];
  }

  /** Begins the month that `now` is in, where the user gave its credits. */
  #begin(now: Millis): void {
    const month = monthOf(now);
    if (this.#used.month !== month) this.#used = { month, credits: 0 };
    if (this.#monthly > 0)
      this.#budgets = [{ left: this.#monthly - this.#used.credits, until: nextMonth(now) }];
  }
}
