import { choice, type Settings, span, spans } from '../core/option.ts';
import { type Ohlc, type OhlcState, ohlc, type TimedValue } from '../core/stream/aggregations.ts';
import { KeyedState, type Restored } from '../core/stream/keyed-state.ts';
import type { Window } from '../core/stream/window-packer.ts';
import { TumblingWindows } from '../core/stream/windows.ts';
import { joinKey, splitKey } from '../core/text/key.ts';
import { DAY, formatSpan, MINUTE, type Millis, SECOND } from '../core/util/time.ts';
import { candleKey, toCandle } from '../market/prices/candle.ts';
import { priceTime, readPrice } from '../market/prices/price.ts';
import { defineProcessor, type Emitter, type Input, type Logic, type Now } from './processor.ts';
import { idleOption, latenessOption, sourceLagOption, timeRules } from './time-options.ts';

const options = {
  window: spans(
    '--window',
    'Candle lengths, such as 1m,10m; each price counts in one candle of each length.',
    [10 * MINUTE],
    {
      min: SECOND,
      max: 7 * DAY,
    },
  ),
  lateness: latenessOption,
  idle: idleOption,
  sourceLag: sourceLagOption,
  emit: choice(
    '--emit',
    ['final', 'updates'],
    'Emit only final candles, or also provisional updates.',
    'final',
  ),
  updateEvery: span('--update-every', 'Event time between provisional rows of a coin.', 10 * SECOND, {
    min: SECOND,
    max: DAY,
  }),
};

class Candles implements Logic {
  readonly #windows: TumblingWindows<TimedValue, OhlcState, Ohlc>;
  /** The latest step of `--update-every` by coin. */
  readonly #steps: KeyedState<number>;
  /** Number of provisional rows emitted, by key and window. */
  readonly #rows: KeyedState<number>;
  #out!: Emitter;

  constructor(
    readonly settings: Settings<typeof options>,
    restored: Restored,
  ) {
    const rules = timeRules(settings);
    const due = (key: string, window: Window<OhlcState>) => this.#emit(key, window, true);
    this.#windows = new TumblingWindows(settings.window, ohlc, rules, due, restored);
    this.#steps = new KeyedState('step|', restored);
    this.#rows = new KeyedState('rows|', restored);
  }

  accept({ value, offset }: Input, out: Emitter): void {
    const { price, time } = readPrice(value);
    this.#out = out;
    const key = joinKey(price.coin, price.quote);
    const missed = this.#windows.accept(key, price.source, time, { time, offset, value: price.price });
    if (missed.length > 0)
      out.late(
        `window ${missed.map(formatSpan).join(', ')} was already closed`,
        this.#windows.watermarkOf(key) - time,
      );
    if (this.settings.emit === 'updates') this.#update(key, time);
  }

  advance({ time, monotonic, caughtUp }: Now, out: Emitter): void {
    this.#out = out;
    this.#windows.advanceIdle(time, caughtUp, monotonic);
  }

  finish(mode: 'clock' | 'all', time: Millis, out: Emitter): void {
    this.#out = out;
    this.#windows.finish(mode, time);
  }

  changes() {
    return [...this.#windows.changes(), ...this.#steps.changes(), ...this.#rows.changes()];
  }

  get isFull() {
    return this.#windows.isFull;
  }

  get isUnfinished() {
    return this.#windows.isUnfinished;
  }

  watermark() {
    return this.#windows.watermark();
  }

  #update(key: string, time: Millis): void {
    const step = Math.floor(time / this.settings.updateEvery);
    if (step <= (this.#steps.get(key) ?? Number.NEGATIVE_INFINITY)) return;
    this.#steps.set(key, step);
    for (const window of this.#windows.openOf(key)) this.#emit(key, window, false);
  }

  #emit(key: string, window: Window<OhlcState>, final: boolean): void {
    const [coin, quote] = splitKey(key) as [string, string];
    const place = `${key}|${window.size}|${window.start}`;
    const revision = (this.#rows.get(place) ?? 0) + 1;
    if (final) this.#rows.delete(place);
    else this.#rows.set(place, revision);
    const candle = toCandle({ coin, quote }, window, ohlc.result(window.state), revision, final);
    this.#out.emit({ key: candleKey(candle), partitionKey: candle.coin, value: candle });
  }
}

export const candles = defineProcessor({
  name: 'candles',
  summary: 'Compute open, high, low, close and mean of the prices of each coin per window.',
  inputs: [{ topic: 'prices', time: priceTime }],
  output: { topic: 'candles', schema: 'candle/1' },
  options,
  examples: [
    'cryptopipe process candles --window 10m',
    'cryptopipe process candles --window 1m,10m,1h --once',
    'cryptopipe process candles --emit updates --update-every 5s',
  ],
  build: (settings, restored) => new Candles(settings, restored),
});
