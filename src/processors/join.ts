import { choice, type Settings } from '../core/option.ts';
import { span } from '../core/span-options.ts';
import type { Restored } from '../core/stream/keyed-state.ts';
import type { Match, Sides } from '../core/stream/match.ts';
import { ToleranceJoin } from '../core/stream/tolerance-join.ts';
import { joinKey } from '../core/text/key.ts';
import { formatSpan, HOUR, MINUTE, type Millis, readTime, SECOND } from '../core/util/time.ts';
import { topicsWith } from '../market/catalog/feeds.ts';
import { convert, toPrice } from '../market/prices/conversion.ts';
import { isTrade, type Price, priceKey, quoteTime, readQuote } from '../market/prices/price.ts';
import { defineProcessor, type Emitter, type Input, type Logic, type Now } from './processor.ts';
import { idleOption, sourceLagOption, timeRules } from './time-options.ts';

/** The inputs with exchange rates Q/R, which convert quotes X/Q. */
const RATES: readonly string[] = topicsWith('rates');

const options = {
  tolerance: span(
    '--tolerance',
    'Maximum time between a quote and a rate: -tolerance <= difference < tolerance.',
    30 * SECOND,
    { min: 1, max: HOUR },
  ),
  joinMode: choice(
    '--join-mode',
    ['nearest', 'all'],
    'Convert each quote by its nearest rate, or by all rates within the tolerance.',
    'nearest',
  ),
  keep: span(
    '--keep',
    'How long quotes and rates are kept for each other; older ones are late.',
    10 * MINUTE,
    {
      min: MINUTE,
      max: 24 * HOUR,
    },
  ),
  rateLateness: span(
    '--rate-lateness',
    'How far a rate may be behind the newest rate of its pair.',
    5 * SECOND,
    {
      min: 0,
      max: HOUR,
    },
  ),
  idle: idleOption,
  sourceLag: sourceLagOption,
};

const series = ({ source, coin, quote }: Price): string => joinKey(source, coin, quote);

/**
 * Only an equal price is a repeat: a file may contain several ticks of one instant. Trades never are by their price: fills
 * of one order have one time and one price.
 */
const same = (first: Price, second: Price): boolean => !isTrade(second) && first.price === second.price;
const id = ({ trade_id }: Price): string | undefined => trade_id ?? undefined;

const sides: Sides<Price, Price> = {
  left: { series, same, id, on: ({ quote }) => quote },
  right: {
    series,
    same,
    id,
    on: ({ coin }) => coin,
    pair: ({ coin, quote }) => joinKey(coin, quote),
    source: ({ source }) => source,
  },
};

/** Counted for each quote that was decided before its rates were complete. */
const EXPIRED = 'quote decided after --keep, before the next rate';

class Join implements Logic {
  readonly #join: ToleranceJoin<Price, Price>;

  constructor(
    readonly settings: Settings<typeof options>,
    restored: Restored,
    /** Joins what is within this span again, at the end; undefined: all as it comes. */
    readonly span?: { readonly from: Millis; readonly to: Millis },
  ) {
    const rules = timeRules({ ...settings, lateness: settings.rateLateness });
    const { joinMode: mode, tolerance: toleranceMs, keep: keepMs } = settings;
    this.#join = new ToleranceJoin({ mode, toleranceMs, keepMs, rules }, sides, restored);
  }

  accept({ topic, value }: Input, out: Emitter): void {
    const { quote, time } = readQuote(value);
    if (!this.#isUsed(time)) return;
    const price = toPrice(quote, time);
    const decision = RATES.includes(topic)
      ? this.#join.acceptRight(price, time)
      : this.#join.acceptLeft(price, time);
    switch (decision.kind) {
      case 'repeat':
        out.drop('repeat');
        break;
      case 'late':
        out.late(`more than ${formatSpan(this.settings.keep)} (--keep) behind its pair`, decision.byMs);
        break;
      case 'kept':
        this.#emit(price, time, out);
        this.#convert(decision.matches, out);
        for (let i = 0; i < decision.expired; i++) out.drop(EXPIRED);
    }
  }

  advance({ time, monotonic, caughtUp }: Now, out: Emitter): void {
    this.#convert(this.#join.advanceIdle(time, caughtUp, monotonic), out);
  }

  finish(mode: 'clock' | 'all', time: number, out: Emitter): void {
    this.#convert(this.#join.finish(mode, time), out);
  }

  changes() {
    return this.#join.changes();
  }

  watermark() {
    return this.#join.watermark();
  }

  #convert(matches: readonly Match<Price, Price>[], out: Emitter): void {
    for (const { left, right, skewMs } of matches) {
      const price = convert(left, right, skewMs);
      this.#emit(price, readTime(price.time), out);
    }
  }

  #emit(price: Price, time: Millis, out: Emitter): void {
    if (this.span !== undefined && !(time >= this.span.from && time < this.span.to)) return;
    out.emit({ key: priceKey(price), partitionKey: price.coin, value: price });
  }

  /** False for a record that a replay has no use for, not even as the other half of a conversion. */
  #isUsed(time: Millis): boolean {
    if (this.span === undefined) return true;
    const { tolerance } = this.settings;
    return time >= this.span.from - 2 * tolerance && time < this.span.to + 2 * tolerance;
  }
}

export const join = defineProcessor({
  name: 'join',
  summary: 'Emit every quote, and convert it by the exchange rate of its time: X/Q with Q/R into X/R.',
  inputs: [...topicsWith('ticks'), ...RATES].map((topic) => ({ topic, time: quoteTime })),
  output: { topic: 'prices', schema: 'price/1' },
  options,
  examples: [
    'cryptopipe process join',
    'cryptopipe process join --tolerance 1m --once',
    'cryptopipe process join --join-mode all',
  ],
  conflicts: ({ keep, tolerance, rateLateness }) => {
    const least = tolerance + rateLateness;
    if (keep >= least) return [];
    return [
      `--keep ${formatSpan(keep)} is shorter than --tolerance ${formatSpan(tolerance)} and --rate-lateness ${formatSpan(rateLateness)} together: quotes would be forgotten before their rates are there; use --keep ${formatSpan(Math.ceil(least / MINUTE) * MINUTE)} or more`,
    ];
  },
  build: (settings, restored) => new Join(settings, restored),
  replay: {
    build: (settings, from, to) => {
      const all = Number.POSITIVE_INFINITY;
      return new Join({ ...settings, keep: all, rateLateness: all }, new Map(), { from, to });
    },
    timeField: 'time',
    // Prices have no revisions: one that differs is another price.
    idOf: (key, value) => joinKey(key, JSON.stringify(value)),
    seriesOf: (_, { coin, quote, source }) => joinKey(String(coin), String(quote), String(source)),
    isLess: () => false,
    kept: [],
  },
});
