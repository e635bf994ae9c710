import { lowerBound } from '../../util/binary-search.ts';
import type { Millis } from '../../util/time.ts';
import type { Restored, StateChange } from '../keyed-state.ts';

export interface ValueAt<T> {
  readonly time: Millis;
  readonly item: T;
}

/** Values per stored row. Each commit writes a row of each series with new values: more would repeat too much. */
const ROW = 64;

/** Consecutive values of a series; never empty. The first times of its rows are all different. */
interface Row<T> {
  readonly name: string;
  readonly times: Millis[];
  readonly items: T[];
  /** Changed since the last commit. */
  isDirty: boolean;
  isStored: boolean;
}

interface Series<T> {
  /** By time. */
  readonly rows: Row<T>[];
  /** Number of the next row's name. */
  next: number;
}

/** A row as stored: the first time, then the distances from each to the next. */
interface Stored<T> {
  readonly times: readonly Millis[];
  readonly items: readonly T[];
}

/**
 * Values of many series, each ordered by time; equal times keep the order of arrival. Values are plain data. They are held by
 * columns, and stored by rows of many values: a price takes a tenth of the memory of an object of its own.
 */
export class TimedValues<T> {
  readonly #series = new Map<string, Series<T>>();
  readonly #dirty: Row<T>[] = [];
  #removed: string[] = [];
  #size = 0;

  /** `legacyPrefix`: of the rows of a minute each that earlier versions stored. */
  constructor(
    readonly prefix: string,
    legacyPrefix: string,
    restored: Restored = new Map(),
  ) {
    const legacy: [series: string, minute: number, name: string][] = [];
    for (const [name, text] of restored) {
      const at = name.lastIndexOf('@');
      const number = Number(name.slice(at + 1));
      if (name.startsWith(legacyPrefix)) legacy.push([name.slice(legacyPrefix.length, at), number, name]);
      if (name.startsWith(prefix)) this.#restore(name.slice(prefix.length, at), number, name, text);
    }
    for (const { rows } of this.#series.values()) rows.sort((a, b) => a.times[0]! - b.times[0]!);
    for (const [series, , name] of legacy.sort(([, a], [, b]) => a - b)) {
      for (const { time, item } of JSON.parse(restored.get(name)!) as ValueAt<T>[])
        this.add(series, time, item);
      this.#removed.push(name);
    }
  }

  /** Number of values of all series. */
  get size(): number {
    return this.#size;
  }

  add(name: string, time: Millis, item: T): void {
    this.#size += 1;
    const series = this.#seriesOf(name);
    const { rows } = series;
    const place = Math.max(0, countUpTo(rows, time) - 1);
    let row = rows[place];
    const isLast = place === rows.length - 1;
    if (row === undefined || (isLast && row.times.length >= ROW && time > row.times.at(-1)!)) {
      row = this.#newRow(name, series, [], []);
      rows.push(row);
    }
    const { times, items } = row;
    if (times.length === 0 || times.at(-1)! <= time) {
      times.push(time);
      items.push(item);
    } else {
      const at = lowerBound(0, times.length, (index) => times[index]! > time);
      times.splice(at, 0, time);
      items.splice(at, 0, item);
    }
    this.#touch(row);
    if (times.length > 2 * ROW) this.#split(name, series, place);
  }

  /** The newest value at or before `time`; of equal times the last to arrive. */
  latest(name: string, time: Millis = Number.POSITIVE_INFINITY): ValueAt<T> | undefined {
    const rows = this.#series.get(name)?.rows ?? [];
    const row = rows[countUpTo(rows, time) - 1];
    if (row === undefined) return undefined;
    const { times, items } = row;
    const at = lowerBound(0, times.length, (index) => times[index]! > time) - 1;
    return { time: times[at]!, item: items[at]! };
  }

  /** Forgets the values of a series before `time`. */
  evict(name: string, time: Millis): void {
    const rows = this.#series.get(name)?.rows ?? [];
    let whole = 0;
    while (whole < rows.length && rows[whole]!.times.at(-1)! < time) whole += 1;
    for (const row of rows.splice(0, whole)) {
      this.#size -= row.times.length;
      row.times.length = 0;
      if (row.isStored) this.#removed.push(row.name);
    }
    const [first] = rows;
    if (first === undefined || first.times[0]! >= time) return;
    const count = lowerBound(0, first.times.length, (at) => first.times[at]! >= time);
    first.times.splice(0, count);
    first.items.splice(0, count);
    this.#size -= count;
    this.#touch(first);
  }

  /** What changed since the last call. */
  changes(): StateChange[] {
    const changes: StateChange[] = this.#removed.map((name) => [name, null]);
    this.#removed = [];
    for (const row of this.#dirty.splice(0)) {
      row.isDirty = false;
      const { name, times, items } = row;
      if (times.length === 0) continue;
      row.isStored = true;
      const steps = times.map((time, at) => (at === 0 ? time : time - times[at - 1]!));
      changes.push([name, JSON.stringify({ times: steps, items } satisfies Stored<T>)]);
    }
    return changes;
  }

  #restore(series: string, number: number, name: string, text: string): void {
    const { times: steps, items } = JSON.parse(text) as Stored<T>;
    let time = 0;
    const times = steps.map((step) => (time += step));
    const { rows } = this.#seriesOf(series, number + 1);
    rows.push({ name, times, items: [...items], isDirty: false, isStored: true });
    this.#size += times.length;
  }

  /** In two, between different times, if there is such a place: rows are found by their first times. */
  #split(name: string, series: Series<T>, place: number): void {
    const { times, items } = series.rows[place]!;
    let at = times.length >> 1;
    while (at < times.length && times[at] === times[at - 1]) at += 1;
    if (at === times.length) at = lowerBound(0, times.length, (index) => times[index] === times.at(-1));
    if (at === 0) return;
    const upper = this.#newRow(name, series, times.splice(at), items.splice(at));
    series.rows.splice(place + 1, 0, upper);
    this.#touch(upper);
  }

  #newRow(name: string, series: Series<T>, times: Millis[], items: T[]): Row<T> {
    const row = {
      name: `${this.prefix}${name}@${series.next}`,
      times,
      items,
      isDirty: false,
      isStored: false,
    };
    series.next += 1;
    return row;
  }

  #touch(row: Row<T>): void {
    if (row.isDirty) return;
    row.isDirty = true;
    this.#dirty.push(row);
  }

  #seriesOf(name: string, next = 0): Series<T> {
    let series = this.#series.get(name);
    if (series === undefined) {
      series = { rows: [], next };
      this.#series.set(name, series);
    }
    series.next = Math.max(series.next, next);
    return series;
  }
}

/** The number of rows that begin at or before this time: nearly always all of them. */
function countUpTo(rows: readonly Row<unknown>[], time: Millis): number {
  const count = rows.length;
  if (count === 0 || rows[count - 1]!.times[0]! <= time) return count;
  return lowerBound(0, count, (at) => rows[at]!.times[0]! > time);
}
