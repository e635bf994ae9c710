import { isObject, type Json, numberOf } from '../../core/util/json.ts';
import type { Millis } from '../../core/util/time.ts';
import { monthOf, nextDay, nextMonth } from '../shared/poll/periods.ts';

/** The credits left, and when new ones become available. */
export interface Budget {
  readonly left: number;
  readonly until: Millis;
}

/** Credits used in a UTC month; counted here when the user states the limit. */
export interface Used {
  readonly month: string;
  readonly credits: number;
}

/** The shortest time between polls with which every budget lasts; Infinity when one does not suffice for a poll. */
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

/** The monthly and daily budgets in `data` of /v1/key/info; empty when it has none. */
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

/** Tracks the credits of a plan, as reported by CoinMarketCap or as a monthly limit from the user. */
export class Credits {
  #budgets: readonly Budget[] = [];
  #used: Used;
  readonly #monthly: number;

  /** `monthly`: 0 when CoinMarketCap reports the credits. */
  constructor(monthly: number, used: Used | undefined, now: Millis) {
    this.#monthly = monthly;
    this.#used = used ?? { month: monthOf(now), credits: 0 };
    this.#begin(now);
  }

  get used(): Used {
    return this.#used;
  }

  /** Sets the credits that CoinMarketCap reports; other clients may spend them too. */
  setBudgets(budgets: readonly Budget[]): void {
    this.#budgets = budgets;
  }

  spend(credits: number, now: Millis): void {
    this.#begin(now);
    this.#used = { ...this.#used, credits: this.#used.credits + credits };
    this.#budgets = this.#budgets.map(({ left, until }) => ({ left: left - credits, until }));
  }

  /** True when a period has ended and only CoinMarketCap knows the new credits. */
  isOver(now: Millis): boolean {
    return this.#monthly === 0 && this.#budgets.some(({ until }) => until <= now);
  }

  interval(cost: number, now: Millis): Millis {
    this.#begin(now);
    return affordable(this.#budgets, cost, now);
  }

  /** When enough for a poll become available; undefined when enough are left. */
  spentUntil(cost: number, now: Millis): Millis | undefined {
    this.#begin(now);
    const empty = this.#budgets.filter(({ left, until }) => until > now && left < cost);
    return empty.length === 0 ? undefined : Math.max(...empty.map(({ until }) => until));
  }

  /** The current budget with the fewest credits per time left. */
  tightest(now: Millis): Budget | undefined {
    const open = this.#budgets.filter(({ until }) => until > now);
    return open.sort((a, b) => a.left / (a.until - now) - b.left / (b.until - now))[0];
  }

  /** Resets the count when a new month starts. */
  #begin(now: Millis): void {
    const month = monthOf(now);
    if (this.#used.month !== month) this.#used = { month, credits: 0 };
    if (this.#monthly > 0)
      this.#budgets = [{ left: this.#monthly - this.#used.credits, until: nextMonth(now) }];
  }
}
