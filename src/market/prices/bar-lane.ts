import { addTo, type CompensatedSum, roundedSum } from '../../core/stream/aggregations.ts';
import { lowerBound } from '../../core/util/binary-search.ts';
import { DAY, HOUR, type Millis } from '../../core/util/time.ts';
import type { TimedBar } from './bar.ts';
import type { Part } from './candle-part.ts';

/** Numbers a bar: start, end, open, high, low, close, volume, quote volume, trades (NaN if unknown), 1 if final. */
const STRIDE = 10;
const END = 1;
const OPEN = 2;
const HIGH = 3;
const LOW = 4;
const CLOSE = 5;
const VOLUME = 6;
const QUOTE_VOLUME = 7;
const TRADES = 8;
const FINAL = 9;

const MONTH: Millis = 30 * DAY;
const near = (length: Millis, usual: Millis, off: Millis): boolean => Math.abs(length - usual) <= off;

/**
 * The usual length of bars like this one. Days on which clocks change have 23 or 25 hours, and months 28 to 31 days; each
 * kind is one lane.
 */
export function laneLength(length: Millis): Millis {
  if (near(length, DAY, HOUR)) return DAY;
  if (near(length, 7 * DAY, HOUR)) return 7 * DAY;
  return near(length, MONTH, 2 * DAY + HOUR) ? MONTH : length;
}

/** What became of a bar. */
export type Added = 'new' | 'repeat' | 'changed';

/** Bars of one source, pair and length, in order of their starts, as one flat list of numbers. */
export class BarLane {
  #cells: number[] = [];

  constructor(readonly length: Millis) {}

  get count(): number {
    return this.#cells.length / STRIDE;
  }

  /** Adds a bar or replaces the one of its start. A final bar is never replaced by one that is not. */
  add({ bar, start, end }: TimedBar): Added {
    const cells = this.#cells;
    if (cells.length === 0 || cells[cells.length - STRIDE]! < start) {
      // Not by way of a list of its own: this is the path of nearly all bars.
      cells.push(start, end, bar.open, bar.high, bar.low, bar.close);
      cells.push(orNaN(bar.volume), orNaN(bar.quote_volume), orNaN(bar.trades), bar.final ? 1 : 0);
      return 'new';
    }
    const { open, high, low, close, volume, quote_volume, trades, final } = bar;
    const row = [start, end, open, high, low, close, orNaN(volume), orNaN(quote_volume), orNaN(trades)];
    row.push(final ? 1 : 0);
    const at = this.#from(start) * STRIDE;
    if (cells[at] !== start) {
      cells.splice(at, 0, ...row);
      return 'new';
    }
    const isSame = row.every((value, i) => Object.is(value, cells[at + i]));
    const wasFinal = cells[at + FINAL] === 1;
    if (isSame || (wasFinal && !final)) return 'repeat';
    for (const [i, value] of row.entries()) cells[at + i] = value;
    return wasFinal ? 'changed' : 'new';
  }

  /** The time that bars within [from, to) cover; `onlyFinal` leaves out those that were still running. */
  covered(from: Millis, to: Millis, onlyFinal: boolean): Millis {
    let sum = 0;
    this.#each(from, to, onlyFinal, (at) => {
      sum += this.#cells[at + END]! - this.#cells[at]!;
    });
    return sum;
  }

  /** The part that the bars within [from, to) make of a candle; there must be one. */
  part(source: string, from: Millis, to: Millis, onlyFinal: boolean): Part {
    const cells = this.#cells;
    let [open, high, low, close] = [0, 0, Number.POSITIVE_INFINITY, 0];
    let [bars, firstTime, lastTime, maxGapMs] = [0, 0, 0, 0];
    const volume: CompensatedSum = { sum: 0, carry: 0 };
    const quoteVolume: CompensatedSum = { sum: 0, carry: 0 };
    let trades = 0;
    this.#each(from, to, onlyFinal, (at) => {
      if (bars === 0) {
        open = cells[at + OPEN]!;
        firstTime = cells[at]!;
      } else maxGapMs = Math.max(maxGapMs, cells[at]! - lastTime);
      high = Math.max(high, cells[at + HIGH]!);
      low = Math.min(low, cells[at + LOW]!);
      close = cells[at + CLOSE]!;
      lastTime = cells[at + END]!;
      addTo(volume, cells[at + VOLUME]!);
      addTo(quoteVolume, cells[at + QUOTE_VOLUME]!);
      trades += cells[at + TRADES]!;
      bars += 1;
    });
    return {
      source,
      open,
      high,
      low,
      close,
      volume: known(roundedSum(volume)),
      quoteVolume: known(roundedSum(quoteVolume)),
      trades: known(trades),
      ticks: 0,
      bars,
      mean: null,
      firstTime,
      lastTime,
      maxGapMs,
    };
  }

  /** The closes of the final bars within [from, to), in order of time. */
  closes(from: Millis, to: Millis): number[] {
    const closes: number[] = [];
    this.#each(from, to, true, (at) => closes.push(this.#cells[at + CLOSE]!));
    return closes;
  }

  /** Keeps the bars that start within these spans, which are in order of time. */
  keep(spans: readonly (readonly [from: Millis, to: Millis])[]): void {
    const cells = this.#cells;
    const kept: number[] = [];
    let span = 0;
    for (let at = 0; at < cells.length; at += STRIDE) {
      const start = cells[at]!;
      while (span < spans.length && spans[span]![1] <= start) span += 1;
      if (span === spans.length) break;
      if (spans[span]![0] > start) continue;
      for (let i = at; i < at + STRIDE; i++) kept.push(cells[i]!);
    }
    if (kept.length < cells.length) this.#cells = kept;
  }

  /** The bars that start within [from, to), as plain data for `restore`; null if there are none. */
  stored(from: Millis, to: Millis): readonly (number | null)[] | null {
    const cells = this.#cells.slice(this.#from(from) * STRIDE, this.#from(to) * STRIDE);
    return cells.length === 0 ? null : cells.map((value) => (Number.isNaN(value) ? null : value));
  }

  /** Takes stored bars; those of several calls may come in any order. */
  restore(stored: readonly (number | null)[]): void {
    const cells = stored.map((value) => value ?? Number.NaN);
    this.#cells.splice(this.#from(cells[0]!) * STRIDE, 0, ...cells);
  }

  /** The index of the first bar that starts at or after a time. */
  #from(time: Millis): number {
    return lowerBound(0, this.count, (index) => this.#cells[index * STRIDE]! >= time);
  }

  #each(from: Millis, to: Millis, onlyFinal: boolean, take: (at: number) => void): void {
    const cells = this.#cells;
    for (let at = this.#from(from) * STRIDE; at < cells.length && cells[at]! < to; at += STRIDE)
      if (cells[at + END]! <= to && !(onlyFinal && cells[at + FINAL] === 0)) take(at);
  }
}

const orNaN = (value: number | null | undefined): number => value ?? Number.NaN;
const known = (value: number): number | null => (Number.isNaN(value) ? null : value);
