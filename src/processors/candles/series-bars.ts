import type { Restored, StateChange } from '../../core/stream/keyed-state.ts';
import { joinKey, splitKey } from '../../core/text/key.ts';
import type { Millis } from '../../core/util/time.ts';
import type { TimedBar } from '../../market/prices/bar.ts';
import { type Added, BarLane, laneLength } from '../../market/prices/bar-lane.ts';

const BARS = 'bars|';
/** Bars stored under one name. */
const CHUNK_BARS = 64;

/** The bars of one source and length in a series. */
interface Lane {
  readonly part: string;
  readonly bars: BarLane;
  /** Numbers of changed chunks, and of those that are stored. */
  readonly dirty: Set<number>;
  readonly stored: Set<number>;
  /** The chunk marked last: nearly all bars follow each other. */
  marked: number;
}

interface Series {
  readonly key: string;
  readonly lanes: Lane[];
  isDirty: boolean;
}

const chunkSpan = ({ bars }: Lane): Millis => bars.length * CHUNK_BARS;
const nameOf = (key: string, { part, bars }: Lane, chunk: number): string =>
  `${BARS}${bars.length}|${chunk}|${joinKey(part)}|${key}`;

/** The bars of every series that its open and kept windows may still need. */
export class SeriesBars {
  readonly #series = new Map<string, Series>();
  readonly #dirty: Series[] = [];
  #current: Series | undefined;

  constructor(restored: Restored) {
    for (const [name, text] of restored) {
      if (!name.startsWith(BARS)) continue;
      const [length, chunk, part, ...key] = name.slice(BARS.length).split('|');
      const lane = this.#lane(this.#of(key.join('|')), splitKey(part!)[0]!, Number(length));
      lane.bars.restore(JSON.parse(text));
      lane.stored.add(Number(chunk));
    }
  }

  /** `part`: the source in a series of several, else empty. */
  add(key: string, part: string, bar: TimedBar): Added {
    const series = this.#of(key);
    const lane = this.#lane(series, part, laneLength(bar.end - bar.start));
    const added = lane.bars.add(bar);
    if (added === 'repeat') return added;
    const chunk = Math.floor(bar.start / chunkSpan(lane));
    if (chunk !== lane.marked) {
      lane.dirty.add(chunk);
      lane.marked = chunk;
    }
    if (!series.isDirty) {
      series.isDirty = true;
      this.#dirty.push(series);
    }
    return added;
  }

  /** The lanes of a series, in the order in which they came. */
  lanesOf(key: string): readonly Readonly<Lane>[] {
    return this.#series.get(key)?.lanes ?? [];
  }

  /** What changed since the last call. `spansOf`: the spans of which a series still needs its bars, in order of time. */
  changes(spansOf: (key: string) => readonly (readonly [from: Millis, to: Millis])[]): StateChange[] {
    const changes: StateChange[] = [];
    for (const series of this.#dirty.splice(0)) {
      series.isDirty = false;
      const spans = spansOf(series.key);
      for (const lane of series.lanes) {
        lane.bars.keep(spans);
        this.#store(series.key, lane, changes);
      }
    }
    return changes;
  }

  #store(key: string, lane: Lane, changes: StateChange[]): void {
    const barsOf = (chunk: number) =>
      lane.bars.stored(chunk * chunkSpan(lane), (chunk + 1) * chunkSpan(lane));
    for (const chunk of lane.dirty) {
      const bars = barsOf(chunk);
      if (bars === null) continue;
      changes.push([nameOf(key, lane, chunk), JSON.stringify(bars)]);
      lane.stored.add(chunk);
    }
    for (const chunk of lane.stored)
      if (barsOf(chunk) === null) {
        changes.push([nameOf(key, lane, chunk), null]);
        lane.stored.delete(chunk);
      }
    lane.dirty.clear();
    lane.marked = Number.NaN;
  }

  #of(key: string): Series {
    if (this.#current?.key === key) return this.#current;
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { key, lanes: [], isDirty: false };
      this.#series.set(key, series);
    }
    this.#current = series;
    return series;
  }

  #lane({ lanes }: Series, part: string, length: Millis): Lane {
    for (const lane of lanes) if (lane.bars.length === length && lane.part === part) return lane;
    const lane = {
      part,
      bars: new BarLane(length),
      dirty: new Set<number>(),
      stored: new Set<number>(),
      marked: Number.NaN,
    };
    lanes.push(lane);
    return lane;
  }
}
