const MINUTE = 60_000;
const DAY = 86_400_000;

/** Limits of the stub's plan; 0: none. */
export interface Plan {
  readonly monthly: number;
  readonly daily: number;
  readonly perMinute: number;
}

const nextDay = (time: number): number => (Math.floor(time / DAY) + 1) * DAY;

export function nextMonth(time: number): number {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

/** The usage of the plan, by UTC periods. */
export class Usage {
  plan: Plan;
  month = 0;
  day = 0;
  minute = 0;
  #monthEnd = 0;
  #dayEnd = 0;
  #minuteEnd = 0;

  constructor(plan: Plan) {
    this.plan = plan;
  }

  /** Starts new periods when due. */
  #roll(now: number): void {
    if (now >= this.#monthEnd) {
      this.month = 0;
      this.#monthEnd = nextMonth(now);
    }
    if (now >= this.#dayEnd) {
      this.day = 0;
      this.#dayEnd = nextDay(now);
    }
    if (now >= this.#minuteEnd) {
      this.minute = 0;
      this.#minuteEnd = (Math.floor(now / MINUTE) + 1) * MINUTE;
    }
  }

  /** Counts a request; returns the error code if it exceeds the plan. */
  refusal(now: number): 1008 | 1009 | 1010 | undefined {
    this.#roll(now);
    this.minute++;
    const { monthly, daily, perMinute } = this.plan;
    if (perMinute > 0 && this.minute > perMinute) return 1008;
    if (daily > 0 && this.day >= daily) return 1009;
    if (monthly > 0 && this.month >= monthly) return 1010;
    return undefined;
  }

  spend(credits: number): void {
    this.month += credits;
    this.day += credits;
  }

  /** `data` of /v1/key/info. */
  info(now: number) {
    this.#roll(now);
    const { monthly, daily, perMinute } = this.plan;
    const used = (limit: number, credits: number) => ({
      credits_used: credits,
      credits_left: Math.max(0, limit - credits),
    });
    return {
      plan: {
        credit_limit_daily: daily,
        credit_limit_daily_reset: 'In some hours',
        credit_limit_daily_reset_timestamp: new Date(this.#dayEnd).toISOString(),
        credit_limit_monthly: monthly,
        credit_limit_monthly_reset: 'In some days',
        credit_limit_monthly_reset_timestamp: new Date(this.#monthEnd).toISOString(),
        rate_limit_minute: perMinute,
      },
      usage: {
        current_minute: { requests_made: this.minute, requests_left: Math.max(0, perMinute - this.minute) },
        current_day: used(daily, this.day),
        current_month: used(monthly, this.month),
      },
    };
  }
}
