import { choice, type Settings, span } from '../core/option.ts';
import type { Restored } from '../core/stream/keyed-state.ts';
import type { Match } from '../core/stream/match.ts';
import { type Sides, ToleranceJoin } from '../core/stream/tolerance-join.ts';
import { joinKey } from '../core/text/key.ts';
import { formatSpan, HOUR, MINUTE, SECOND } from '../core/util/time.ts';
import { topicsWith } from '../market/catalog/feeds.ts';
import { convert, toPrice } from '../market/prices/conversion.ts';
import { type Price, priceKey, quoteTime, readQuote } from '../market/prices/price.ts';
import { defineProcessor, type Emitter, type Input, type Logic, type Now } from './processor.ts';
import { idleOption, sourceLagOption, timeRules } from './time-options.ts';

/** The input whose pairs Q/R convert the quotes X/Q of the others. */
const RATES: readonly string[] = topicsWith('rates');

const options = {
  tolerance: span(
    '--tolerance',
    'How far the times of a quote and a rate may lie apart: closed below, open above.',
    30 * SECOND,
    { min: 1, max: HOUR },
  ),
  joinMode: choice(
    '--join-mode',
    ['nearest', 'all'],
    'The closest rate of each quote, or every pair within the tolerance.',
    'nearest',
  ),
  keep: span('--keep', 'How long quotes and rates wait for each other; older ones are late.', 10 * MINUTE, {
    min: MINUTE,
    max: 24 * HOUR,
  }),
  rateLateness: span('--rate-lateness', 'How far behind its newest a rate may come.', 5 * SECOND, {
    min: 0,
    max: HOUR,
  }),
  idle: idleOption,
  sourceLag: sourceLagOption,
};

const series = ({ source, coin, quote }: Price): string => joinKey(source, coin, quote);

/** The price counts: a file may hold several ticks of one instant, and none of them is a repeat. */
const same = (first: Price, second: Price): boolean => first.price === second.price;

const sides: Sides<Price, Price> = {
  left: { series, same, on: ({ quote }) => quote },
  right: {
    series,
    same,
    on: ({ coin }) => coin,
    pair: ({ coin, quote }) => joinKey(coin, quote),
    source: ({ source }) => source,
  },
};

const emitPrice = (out: Emitter, price: Price): void =>
  out.emit({ key: priceKey(price), partitionKey: price.coin, value: price });

class Join implements Logic {
  readonly #join: ToleranceJoin<Price, Price>;

  constructor(
    readonly settings: Settings<typeof options>,
    restored: Restored,
  ) {
    const rules = timeRules({ ...settings, lateness: settings.rateLateness });
    const { joinMode: mode, tolerance: toleranceMs, keep: keepMs } = settings;
    this.#join = new ToleranceJoin({ mode, toleranceMs, keepMs, rules }, sides, restored);
  }

  accept({ topic, value }: Input, out: Emitter): void {
    const { quote, time } = readQuote(value);
    const price = toPrice(quote, time);
    const verdict = RATES.includes(topic)
      ? this.#join.acceptRight(price, time)
      : this.#join.acceptLeft(price, time);
    switch (verdict.kind) {
      case 'repeat':
        out.drop('repeat');
        break;
      case 'late':
        out.late(`older than the ${formatSpan(this.settings.keep)} kept of its pair`, verdict.byMs);
        break;
      case 'kept':
        emitPrice(out, price);
        this.#convert(verdict.matches, out);
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
    for (const { left, right, skewMs } of matches) emitPrice(out, convert(left, right, skewMs));
  }
}

export const join = defineProcessor({
  name: 'join',
  summary: 'Passes every quote on, and converts it by the exchange rate of its time: X/Q with Q/R into X/R.',
  inputs: [...topicsWith('ticks'), ...RATES].map((topic) => ({ topic, time: quoteTime })),
  output: { topic: 'prices', schema: 'price/1' },
  options,
  examples: [
    'cryptopipe process join',
    'cryptopipe process join --tolerance 1m --once',
    'cryptopipe process join --join-mode all',
  ],
  build: (settings, restored) => new Join(settings, restored),
});
