import type { Settings } from '../core/option.ts';
import { type OhlcState, ohlc, type TimedValue } from '../core/stream/aggregations.ts';
import { KeyedState, type Restored, type StateChange } from '../core/stream/keyed-state.ts';
import type { TimeRules } from '../core/stream/watermark.ts';
import type { Placement } from '../core/stream/windows/placement.ts';
import type { Window } from '../core/stream/windows/window.ts';
import { TumblingWindows } from '../core/stream/windows.ts';
import type { Millis } from '../core/util/time.ts';
import { readBar } from '../market/prices/bar.ts';
import { type Candle, candleKey, toCandle } from '../market/prices/candle.ts';
import { isTrade, readPrice } from '../market/prices/price.ts';
import { upgradeState } from './candles/earlier-state.ts';
import { candleOptions } from './candles/options.ts';
import { candleParts } from './candles/parts.ts';
import { candleReplay, dropUnfit, isSameCandle, missedWindows } from './candles/reasons.ts';
import { SeriesBars } from './candles/series-bars.ts';
import { SeriesNames } from './candles/series-names.ts';
import { isBarTopic, PRICE_INPUTS } from './price-inputs.ts';
import { defineProcessor, type Emitter, type Input, type Logic, type Now } from './processor.ts';
import { timeRules } from './time-options.ts';

/** The source of candles of all sources together. */
const ALL_SOURCES = 'all';

type Placed = Readonly<Placement<OhlcState>>;

class Candles implements Logic {
  readonly #windows: TumblingWindows<OhlcState>;
  readonly #bars: SeriesBars;
  /** The latest step of `--update-every` by series. */
  readonly #steps: KeyedState<number>;
  /** Of the upgrade, for the first commit. */
  #upgrade: readonly StateChange[];
  readonly #names = new SeriesNames();
  /** In a replay, the end of the last record of each series. */
  readonly #reach = new Map<string, Millis>();
  #out!: Emitter;

  constructor(
    readonly settings: Settings<typeof candleOptions>,
    restored: Restored,
    /** Computes the windows within this span again; undefined: all as they come. */
    readonly span?: { readonly from: Millis; readonly to: Millis },
  ) {
    const { state, changes } = upgradeState(restored);
    this.#upgrade = changes;
    const due = (key: string, window: Window<OhlcState>) => this.#emit(key, window, true);
    const { window, retain: retainMs, zone = 'UTC' } = settings;
    this.#windows = new TumblingWindows(window, ohlc.start, this.#rules(), due, state, { retainMs, zone });
    this.#bars = new SeriesBars(state);
    this.#steps = new KeyedState('step|', state);
  }

  /** In a replay nothing is late: windows close at its end. */
  #rules(): TimeRules {
    const rules = timeRules(this.settings);
    return this.span === undefined ? rules : { ...rules, latenessMs: Number.POSITIVE_INFINITY };
  }

  accept(input: Input, out: Emitter): void {
    this.#out = out;
    if (isBarTopic(input.topic)) this.#acceptBar(input.value);
    else this.#acceptTick(input);
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
    const upgrade = this.#upgrade;
    this.#upgrade = [];
    const bars = () => this.#bars.changes((key) => this.#windows.spansOf(key));
    return [...upgrade, ...this.#windows.changes(), ...bars(), ...this.#steps.changes()];
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

  #acceptTick({ value, offset }: Input): void {
    const { price, time } = readPrice(value);
    if (price.bar !== undefined) {
      this.#out.drop('close of a bar, beside a market cap');
      return;
    }
    const key = this.#seriesOf(price.coin, price.quote, price.source);
    if (!this.#isUsed(key, time, time + 1)) return;
    const placed = this.#windows.place(key, time, time + 1);
    const size = price.size ?? undefined;
    const sample: TimedValue = { time, offset, value: price.price, size, isTrade: isTrade(price) };
    const part = this.settings.mergeSources ? price.source : '';
    const amended = this.#closedFor(placed);
    for (const windows of [placed.open, amended])
      for (const window of windows) ohlc.add(this.#windows.stateOf(window, part), sample);
    this.#reportMissed(key, placed, time, time);
    for (const window of amended) this.#amend(key, window);
    this.#observe(key, price.source, time);
  }

  #acceptBar(value: unknown): void {
    const timed = readBar(value);
    const { bar, start, end } = timed;
    if (!bar.final && this.settings.emit === 'final') {
      this.#out.drop('bar is not final (--emit updates shows it)');
      return;
    }
    const key = this.#seriesOf(bar.base, bar.quote, bar.source);
    if (!this.#isUsed(key, start, end)) return;
    const placed = this.#windows.place(key, start, end);
    for (const kind of placed.unfit) dropUnfit(this.#out, kind, start, end);
    if (placed.open.length + placed.closed.length + placed.missed.length === 0) return;
    const kept = this.#closedFor(placed);
    const before = kept.map((window) => this.#candle(key, window, true));
    const isNeeded = placed.open.length > 0 || placed.closed.length > 0;
    const part = this.settings.mergeSources ? bar.source : '';
    const added = isNeeded ? this.#bars.add(key, part, timed) : 'new';
    if (added === 'repeat') this.#out.drop('repeat');
    else {
      this.#reportMissed(key, placed, start, end);
      for (const [i, window] of kept.entries())
        if (!isSameCandle(before[i], this.#candle(key, window, true))) this.#amend(key, window);
    }
    if (bar.final) this.#observe(key, bar.source, end);
    this.#update(key, end);
  }

  /** Notes how far the records of a series reach. False for one that a replay has no use for. */
  #isUsed(key: string, start: Millis, end: Millis): boolean {
    if (this.span === undefined) return true;
    this.#reach.set(key, Math.max(end, this.#reach.get(key) ?? end));
    return this.#isWithin(start, end);
  }

  #isWithin(start: Millis, end: Millis): boolean {
    return this.span === undefined || (start >= this.span.from && end <= this.span.to);
  }

  #seriesOf(coin: string, quote: string, source: string): string {
    return this.#names.keyOf(coin, quote, this.settings.mergeSources ? ALL_SOURCES : source);
  }

  /** The closed windows that a late record amends. */
  #closedFor({ closed }: Placed): readonly Window<OhlcState>[] {
    return this.settings.late === 'amend' ? closed : [];
  }

  /** Says that a record missed windows, by the order of `--late`. */
  #reportMissed(key: string, { missed, closed }: Placed, start: Millis, time: Millis): void {
    const { late } = this.settings;
    const kinds = [...missed, ...(late === 'amend' ? [] : closed.map(({ kind }) => kind))];
    if (kinds.length === 0) return;
    const why = `window ${kinds.map(({ name }) => name).join(', ')} was already closed`;
    if (late === 'drop') this.#out.drop('window already closed');
    else {
      // A window that --close has closed is behind no watermark.
      const byMs = Math.max(0, this.#windows.watermarkOf(key) - time);
      this.#out.late(why, byMs, missedWindows(kinds, start, this.settings));
    }
  }

  #amend(key: string, window: Window<OhlcState>): void {
    if (!this.#windows.amend(window)) return;
    this.#out.amended?.();
    this.#emit(key, window, true);
  }

  #observe(key: string, source: string, time: Millis): void {
    this.#windows.observe(source, time);
    this.#update(key, time);
  }

  #update(key: string, time: Millis): void {
    if (this.settings.emit !== 'updates') return;
    const step = Math.floor(time / this.settings.updateEvery);
    if (step <= (this.#steps.get(key) ?? Number.NEGATIVE_INFINITY)) return;
    this.#steps.set(key, step);
    for (const window of this.#windows.openOf(key)) this.#emit(key, window, false);
  }

  #emit(key: string, window: Window<OhlcState>, final: boolean): void {
    if (!this.#isWithin(window.start, window.end)) return;
    const value = this.#candle(key, window, final);
    if (value === undefined) return;
    window.revision += 1;
    window.dirty = true;
    this.#out.emit({ key: candleKey(value), partitionKey: value.coin, value });
  }

  /** The next row of a window; undefined if nothing is in it. */
  #candle(key: string, window: Window<OhlcState>, final: boolean): Candle | undefined {
    const [coin, quote, source] = this.#names.namesOf(key);
    const part = candleParts(source, window, this.#bars.lanesOf(key), this.settings.mergeSources, final);
    if (part === undefined) return undefined;
    const { start, end, kind, revision } = window;
    // A replay cannot know whether more is to come for the last window of a series.
    const isReached = this.span === undefined || end <= this.#reach.get(key)!;
    return toCandle({ coin, quote }, { name: kind.name, start, end }, part, revision + 1, final && isReached);
  }
}

export const candles = defineProcessor({
  name: 'candles',
  summary:
    'Compute open, high, low, close and volume per window, of the ticks or bars of each coin and source.',
  inputs: PRICE_INPUTS,
  output: { topic: 'candles', schema: 'candle/1' },
  options: candleOptions,
  examples: [
    'cryptopipe process candles --window 10m',
    'cryptopipe process candles --window 1m,10m,1h --once',
    'cryptopipe process candles --window 1d,1w,1M --zone Europe/Madrid',
    'cryptopipe process candles --emit updates --update-every 5s',
  ],
  build: (settings, restored) => new Candles(settings, restored),
  replay: {
    build: (settings, from, to) =>
      new Candles({ ...settings, emit: 'final', retain: 0 }, new Map(), { from, to }),
    ...candleReplay,
  },
});
