import { type OhlcState, ohlc, type TimedValue } from '../../../core/stream/aggregations.ts';
import type { Restored, StateChange } from '../../../core/stream/keyed-state.ts';
import { numbersText } from '../../../core/stream/windows/window.ts';
import { type TimeSpans, withinSpans } from '../../../core/stream/windows/within-spans.ts';
import { joinKey, splitKey } from '../../../core/text/key.ts';
import { lowerBound } from '../../../core/util/binary-search.ts';
import type { Millis } from '../../../core/util/time.ts';
import { mergeParts, partOfTicks } from '../../../market/prices/candle-part.ts';
import type { PriceSeries } from '../../../market/signals/market-facts.ts';

const TICKS = 'ticks|';

interface Bucket {
  readonly start: Millis;
  readonly state: OhlcState;
  isDirty: boolean;
  isStored: boolean;
}

/** The ticks of every coin, by quote currency and source, summarized by spans of `unit`, for as long as a window needs them. */
export class TickBuckets {
  /** By coin, then by series (quote and source), in order of their starts. */
  readonly #coins = new Map<string, Map<string, Bucket[]>>();

  constructor(
    readonly unit: Millis,
    restored: Restored,
  ) {
    for (const [name, text] of restored) {
      if (!name.startsWith(TICKS)) continue;
      const [start, coin, ...series] = name.slice(TICKS.length).split('|');
      const state = Object.assign(ohlc.start(), JSON.parse(text) as OhlcState);
      this.#insert(coin!, series.join('|'), { start: Number(start), state, isDirty: false, isStored: true });
    }
  }

  /** `coin` is a key of one part. */
  add(coin: string, quote: string, source: string, tick: TimedValue): void {
    const series = joinKey(quote, source);
    const start = Math.floor(tick.time / this.unit) * this.unit;
    const buckets = this.#coins.get(coin)?.get(series);
    let bucket = buckets?.at(-1);
    if (buckets !== undefined && bucket?.start !== start)
      bucket = buckets[lowerBound(0, buckets.length, (at) => buckets[at]!.start >= start)];
    if (bucket?.start !== start) {
      bucket = { start, state: ohlc.start(), isDirty: true, isStored: false };
      this.#insert(coin, series, bucket);
    }
    ohlc.add(bucket.state, tick);
    bucket.isDirty = true;
  }

  /** The series of a coin that have ticks within [from, to). */
  within(coin: string, from: Millis, to: Millis): PriceSeries[] {
    const found: PriceSeries[] = [];
    for (const [series, buckets] of this.#coins.get(coin) ?? []) {
      const [quote, source] = splitKey(series) as [string, string];
      const first = lowerBound(0, buckets.length, (at) => buckets[at]!.start >= from);
      const last = lowerBound(0, buckets.length, (at) => buckets[at]!.start >= to);
      const parts = buckets.slice(first, last).map(({ state }) => partOfTicks(source, ohlc.result(state)));
      if (parts.length > 0)
        found.push({ quote, part: mergeParts(source, parts), closes: parts.map(({ close }) => close) });
    }
    return found;
  }

  /** What changed of these coins since the last call. `spansOf`: the spans that a coin's windows still need. */
  changes(spansOf: (coin: string) => TimeSpans, touched: Iterable<string>): StateChange[] {
    const changes: StateChange[] = [];
    for (const coin of touched) {
      const isNeeded = withinSpans(spansOf(coin));
      for (const [series, buckets] of this.#coins.get(coin) ?? []) {
        const kept = buckets.filter((bucket) => {
          const isKept = isNeeded(bucket.start);
          if (isKept && !bucket.isDirty) return true;
          const name = `${TICKS}${bucket.start}|${coin}|${series}`;
          if (!isKept && bucket.isStored) changes.push([name, null]);
          if (!isKept) return false;
          changes.push([name, numbersText(bucket.state, ohlc.start)]);
          bucket.isDirty = false;
          bucket.isStored = true;
          return true;
        });
        if (kept.length === 0) this.#coins.get(coin)!.delete(series);
        else this.#coins.get(coin)!.set(series, kept);
      }
    }
    return changes;
  }

  #insert(coin: string, series: string, bucket: Bucket): void {
    let own = this.#coins.get(coin);
    if (own === undefined) {
      own = new Map();
      this.#coins.set(coin, own);
    }
    const buckets = own.get(series) ?? [];
    const at = lowerBound(0, buckets.length, (index) => buckets[index]!.start > bucket.start);
    buckets.splice(at, 0, bucket);
    own.set(series, buckets);
  }
}
