import { InvalidRecord } from '../../core/stream/record.ts';
import { splitKey } from '../../core/text/key.ts';
import type { Json } from '../../core/util/json.ts';
import { type Millis, readTime } from '../../core/util/time.ts';
import { type SignalWindow, signalWindowOf } from '../../market/lead/signal-windows.ts';

/** Windows kept of one series: a month of ten minutes; and of all together, so that with many series each keeps fewer. */
const MOST_OF_SERIES = 4_320;
const MOST_WINDOWS = 100_000;
const LEAST_OF_SERIES = 200;
/** Further series are not shown. */
const MOST_SERIES = 500;

/** The windows of one coin and length. */
export interface SignalSeries {
  readonly window: string;
  /** In order of time. */
  readonly windows: readonly SignalWindow[];
  /** Grows with each change. */
  readonly version: number;
}

interface Kept {
  readonly byStart: Map<Millis, SignalWindow>;
  version: number;
}

/** The newest final signals of each series that does not slide, bounded. */
export class SignalBook {
  /** By coin, then by window. */
  readonly #coins = new Map<string, Map<string, Kept>>();
  #series = 0;

  /** Sets the window of a record; a record of another shape is ignored. */
  set(value: Json): void {
    const row = readOrUndefined(value);
    if (row === undefined || row.isSliding || !row.isFinal) return;
    const series = this.#of(row);
    if (series === undefined) return;
    const { byStart } = series;
    byStart.set(row.start, row);
    series.version += 1;
    const most = Math.min(MOST_OF_SERIES, Math.max(LEAST_OF_SERIES, Math.floor(MOST_WINDOWS / this.#series)));
    // Some at once, as finding the oldest looks at all.
    if (byStart.size > most * 1.1)
      for (const start of [...byStart.keys()].sort((a, b) => a - b).slice(0, byStart.size - most))
        byStart.delete(start);
  }

  /** Removes the window of a tombstone's key. */
  delete(key: string): void {
    const [coin = '', window = '', start = ''] = splitKey(key);
    const series = this.#coins.get(coin)?.get(window);
    if (series?.byStart.delete(readTime(start))) series.version += 1;
  }

  /** The windows of a coin of this length; without any, those of the length with most windows. */
  series(coin: string, window: string): SignalSeries | undefined {
    const ofCoin = this.#coins.get(coin);
    const most = [...(ofCoin ?? [])].sort(([, a], [, b]) => b.byStart.size - a.byStart.size)[0]?.[0];
    const name = ofCoin?.has(window) ? window : most;
    const found = name === undefined ? undefined : ofCoin?.get(name);
    if (name === undefined || found === undefined) return undefined;
    const windows = [...found.byStart.values()].sort((a, b) => a.start - b.start);
    return { window: name, windows, version: found.version };
  }

  clear(): void {
    this.#coins.clear();
    this.#series = 0;
  }

  #of({ coin, window }: SignalWindow): Kept | undefined {
    const ofCoin = this.#coins.get(coin) ?? new Map<string, Kept>();
    const known = ofCoin.get(window);
    if (known !== undefined || this.#series >= MOST_SERIES) return known;
    const series = { byStart: new Map<Millis, SignalWindow>(), version: 0 };
    this.#coins.set(coin, ofCoin.set(window, series));
    this.#series += 1;
    return series;
  }
}

function readOrUndefined(value: Json): SignalWindow | undefined {
  try {
    return signalWindowOf(value);
  } catch (error) {
    if (error instanceof InvalidRecord) return undefined;
    throw error;
  }
}
