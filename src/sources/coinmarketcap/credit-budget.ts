import { groupDigits } from '../../core/text/numbers.ts';
import { formatSpan, formatTime, HOUR, MINUTE, type Millis } from '../../core/util/time.ts';
import { QuotaExhausted } from '../shared/poll/poller.ts';
import type { SourceContext } from '../source.ts';
import type { Api } from './api.ts';
import { Credits, readBudgets, type Used } from './credits.ts';

/** How often to ask for the remaining credits, because other clients may share the key. Asking costs no credits. */
const RECOUNT_MS: Millis = HOUR;
/** How soon to ask again after a failure; polling continues with the last known figures. */
const RECOUNT_AGAIN_MS: Millis = 5 * MINUTE;

const count = (credits: number): string => groupDigits(Math.max(0, credits));
const rough = (span: Millis): string => formatSpan(Math.ceil(span / 1000) * 1000);

export interface BudgetSettings {
  readonly every: Millis;
  /** Credits per month; 0: CoinMarketCap reports them. */
  readonly monthly: number;
  /** Estimated cost of the first poll. */
  readonly cost: number;
  readonly used: Used | undefined;
}

/** Spreads the credits of a plan evenly over its period, by polling less often than the user requested. */
export class CreditBudget {
  readonly #api: Pick<Api, 'get'>;
  readonly #context: Pick<SourceContext, 'now' | 'monotonic' | 'once' | 'warn' | 'meter'>;
  readonly #every: Millis;
  readonly #asks: boolean;
  readonly #credits: Credits;
  #cost: number;
  /** Monotonic time. */
  #recountAt: Millis;
  #isUnknownLogged = false;
  /** The end of the period whose longer interval was logged. */
  #loggedUntil: Millis = 0;

  constructor(
    api: Pick<Api, 'get'>,
    context: Pick<SourceContext, 'now' | 'monotonic' | 'once' | 'warn' | 'meter'>,
    settings: BudgetSettings,
  ) {
    this.#api = api;
    this.#context = context;
    this.#every = settings.every;
    this.#asks = settings.monthly === 0 && !context.once;
    this.#cost = settings.cost;
    this.#recountAt = context.monotonic();
    this.#credits = new Credits(settings.monthly, settings.used, context.now());
  }

  get used(): Used {
    return this.#credits.used;
  }

  /** Call before a poll. Throws QuotaExhausted when too few credits are left, and the errors of Api. */
  async allow(): Promise<void> {
    const { now, monotonic } = this.#context;
    if (this.#asks && (monotonic() >= this.#recountAt || this.#credits.isOver(now()))) await this.#recount();
    const until = this.#credits.spentUntil(this.#cost, now());
    if (until !== undefined) throw new QuotaExhausted('the credits of the plan are used up', until);
  }

  /** Call after every answer, with its cost. */
  spend(credits: number): void {
    this.#credits.spend(credits, this.#context.now());
    this.#context.meter?.('credits', credits);
  }

  /** Call after a poll, with its cost, which is expected of the next one too. */
  polled(credits: number): void {
    const { now, once, warn } = this.#context;
    if (credits > 0) this.#cost = credits;
    const interval = this.interval();
    const budget = this.#credits.tightest(now());
    if (budget === undefined || once || interval <= this.#every || budget.until === this.#loggedUntil) return;
    this.#loggedUntil = budget.until;
    warn(
      `coinmarketcap: ${count(budget.left)} credits are left until ${formatTime(budget.until)}; polling about every ${rough(interval)} instead of ${formatSpan(this.#every)}, so that they last`,
    );
  }

  /** Call when CoinMarketCap reports that no credits are left; asks it again before the next poll. */
  refused(): void {
    this.#recountAt = this.#context.monotonic();
  }

  /** The time between polls that the credits allow; at least `every`. */
  interval(): Millis {
    const interval = this.#credits.interval(this.#cost, this.#context.now());
    return Number.isFinite(interval) ? Math.max(this.#every, interval) : this.#every;
  }

  /** `9,120 credits left`. */
  note(): string | undefined {
    const budget = this.#credits.tightest(this.#context.now());
    return budget && `${count(budget.left)} credits left`;
  }

  async #recount(): Promise<void> {
    const { now, monotonic, warn } = this.#context;
    try {
      const budgets = readBudgets((await this.#api.get('/v1/key/info')).data, now());
      this.#credits.setBudgets(budgets);
      this.#recountAt = monotonic() + RECOUNT_MS;
      if (budgets.length > 0 || this.#isUnknownLogged) return;
      this.#isUnknownLogged = true;
      warn(
        'coinmarketcap: CoinMarketCap does not report the credits of the plan; set --credits N to spread them over the month',
      );
    } catch (error) {
      this.#recountAt = monotonic() + RECOUNT_AGAIN_MS;
      if (!(error instanceof QuotaExhausted)) throw error;
    }
  }
}
