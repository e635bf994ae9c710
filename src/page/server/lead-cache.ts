import { joinKey } from '../../core/text/key.ts';
import type { Clock } from '../../core/util/clock.ts';
import { MINUTE, type Millis } from '../../core/util/time.ts';
import { testableWindows, testLead } from '../../market/lead/lead-test.ts';
import { sentences } from '../../market/lead/sentences.ts';
import type { SignalSeries } from '../model/signal-book.ts';
import type { LeadAnswer, LeadView, PageSelection } from '../model/wire.ts';

/** Least time for which an answer is kept. */
const KEPT_MS: Millis = MINUTE;
/** A test that took n ms is repeated for the same series after n times this, at the earliest. */
const REST = 500;
/** Most series whose answers are kept. */
const MOST_KEPT = 32;

interface Kept {
  readonly version: number;
  /** Monotonic time before which it is not computed again. */
  readonly until: Millis;
  readonly answer: LeadAnswer;
}

/** What `signals test` says of the windows that a page shows, computed now and then. */
export class LeadCache {
  readonly #kept = new Map<string, Kept>();
  readonly #seriesOf: (coin: string, window: string) => SignalSeries | undefined;
  readonly #clock: Clock;

  constructor(seriesOf: (coin: string, window: string) => SignalSeries | undefined, clock: Clock) {
    this.#seriesOf = seriesOf;
    this.#clock = clock;
  }

  get({ coin, window }: Pick<PageSelection, 'coin' | 'window'>): LeadAnswer {
    const series = this.#seriesOf(coin, window);
    if (series === undefined) return { lead: null, why: 'No signals yet.' };
    const key = joinKey(coin, series.window);
    const kept = this.#kept.get(key);
    const now = this.#clock.monotonic();
    if (kept !== undefined && (kept.version === series.version || now < kept.until)) return kept.answer;
    const answer = leadAnswer(series);
    const done = this.#clock.monotonic();
    this.#kept.delete(key);
    const until = done + Math.max(KEPT_MS, (done - now) * REST);
    this.#kept.set(key, { version: series.version, until, answer });
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return answer;
  }
}

function leadAnswer({ window, windows }: SignalSeries): LeadAnswer {
  const testable = testableWindows(windows);
  if (testable.length === 0) return { lead: null, why: `Windows of ${window} cannot be tested.` };
  let found: ReturnType<typeof testLead>;
  try {
    found = testLead(testable);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { lead: null, why: error.message };
  }
  const { report, leftOut } = found;
  if (report === undefined)
    return { lead: null, why: `Too little to test: ${leftOut[0]?.why ?? 'no windows'}.` };
  const [{ unit, band, byLag }] = report.units as [(typeof report.units)[number]];
  const lead: LeadView = {
    window,
    windows: testable.length,
    sentences: sentences(report),
    isLead: report.isLead,
    band,
    byLag: byLag.map(({ lag, pearson, p }) => [lag * unit.length, Number.isNaN(pearson) ? null : pearson, p]),
  };
  return { lead, why: '' };
}
