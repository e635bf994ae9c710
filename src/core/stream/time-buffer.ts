import { lowerBound } from '../util/binary-search.ts';
import { MINUTE, type Millis } from '../util/time.ts';
import type { Restored, StateChange } from './keyed-state.ts';
import { minuteIndex } from './minute-buckets.ts';

export interface TimedItem {
  readonly time: Millis;
}

/** The records of one minute of a series; never empty. */
interface Minute<T> {
  readonly series: string;
  readonly index: number;
  readonly records: T[];
  /** Changed since the last commit. */
  isDirty: boolean;
  isStored: boolean;
}

const NONE: readonly never[] = [];

/**
 * Records of many series, each ordered by time; equal times keep the order of arrival. Records are plain data. Each
 * minute of a series is stored as one value, so a commit writes only the minutes that changed.
 */
export class TimeBuffer<T extends TimedItem> {
  /** The minutes of each series, ascending. A name for each minute would be made for each record, which takes time. */
  readonly #series = new Map<string, Minute<T>[]>();
  /** Changed minutes, also those that have been removed since. */
  readonly #dirty: Minute<T>[] = [];
  readonly #removed = new Set<string>();
  #size = 0;

  constructor(
    readonly prefix: string,
    restored: Restored = new Map(),
  ) {
    for (const [key, text] of restored) {
      if (!key.startsWith(prefix)) continue;
      const at = key.lastIndexOf('@');
      const series = key.slice(prefix.length, at);
      const index = Number(key.slice(at + 1));
      const records = JSON.parse(text) as T[];
      this.#size += records.length;
      const minutes = this.#minutesOf(series);
      minutes.splice(after(minutes, index), 0, { series, index, records, isDirty: false, isStored: true });
    }
  }

  /** Number of records of all series. */
  get size(): number {
    return this.#size;
  }

  /** Names of the series that have records. */
  seriesNames(): IterableIterator<string> {
    return this.#series.keys();
  }

  add(series: string, record: T): void {
    this.#size += 1;
    const minutes = this.#minutesOf(series);
    const index = minuteIndex(record.time);
    const next = after(minutes, index);
    let minute = minutes[next - 1];
    if (minute?.index !== index) {
      minute = { series, index, records: [], isDirty: false, isStored: false };
      minutes.splice(next, 0, minute);
    }
    const { records } = minute;
    let at = records.length;
    while (at > 0 && records[at - 1]!.time > record.time) at -= 1;
    if (at === records.length) records.push(record);
    else records.splice(at, 0, record);
    this.#touch(minute);
  }

  /** The newest record at or before `time`; of equal times the last to arrive. */
  latest(series: string, time: Millis = Number.POSITIVE_INFINITY): T | undefined {
    const minutes = this.#series.get(series);
    if (minutes === undefined) return undefined;
    const newest = minutes.at(-1)!.records.at(-1)!;
    if (newest.time <= time) return newest;
    const later = after(minutes, minuteIndex(time));
    if (later === 0) return undefined;
    const { records } = minutes[later - 1]!;
    const at = lowerBound(0, records.length, (index) => records[index]!.time > time);
    // The last record of the minute before is older than all of this one.
    return at > 0 ? records[at - 1] : minutes[later - 2]?.records.at(-1);
  }

  /** The oldest record at or after `time`. */
  earliest(series: string, time: Millis): T | undefined {
    for (const { index, records } of this.#series.get(series) ?? NONE) {
      if ((index + 1) * MINUTE <= time) continue;
      const found = records.find((record) => record.time >= time);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The records with `from <= time <= to`. */
  between(series: string, from: Millis, to: Millis): T[] {
    const minutes = this.#series.get(series) ?? NONE;
    let first = minutes.length;
    while (first > 0 && (minutes[first - 1]!.index + 1) * MINUTE > from) first -= 1;
    const found: T[] = [];
    for (let i = first; i < minutes.length && minutes[i]!.index * MINUTE <= to; i += 1)
      for (const record of minutes[i]!.records)
        if (record.time >= from && record.time <= to) found.push(record);
    return found;
  }

  /** Forgets the records of a series before `time`. */
  evict(series: string, time: Millis): void {
    const minutes = this.#series.get(series);
    if (minutes === undefined) return;
    while (minutes.length > 0 && (minutes[0]!.index + 1) * MINUTE <= time) this.#removeFirst(minutes);
    const [first] = minutes;
    if (first !== undefined && first.records[0]!.time < time) {
      const count = lowerBound(0, first.records.length, (at) => first.records[at]!.time >= time);
      if (count === first.records.length) this.#removeFirst(minutes);
      else {
        first.records.splice(0, count);
        this.#size -= count;
        this.#touch(first);
      }
    }
    if (minutes.length === 0) this.#series.delete(series);
  }

  /** What changed since the last call. */
  changes(): StateChange[] {
    const changes: StateChange[] = [];
    for (const minute of this.#dirty.splice(0)) {
      minute.isDirty = false;
      if (minute.records.length === 0) continue;
      minute.isStored = true;
      const name = this.#nameOf(minute);
      this.#removed.delete(name);
      changes.push([name, JSON.stringify(minute.records)]);
    }
    for (const name of this.#removed) changes.push([name, null]);
    this.#removed.clear();
    return changes;
  }

  #touch(minute: Minute<T>): void {
    if (minute.isDirty) return;
    minute.isDirty = true;
    this.#dirty.push(minute);
  }

  #removeFirst(minutes: Minute<T>[]): void {
    const minute = minutes.shift()!;
    this.#size -= minute.records.length;
    minute.records.length = 0;
    if (minute.isStored) this.#removed.add(this.#nameOf(minute));
  }

  #minutesOf(series: string): Minute<T>[] {
    let minutes = this.#series.get(series);
    if (minutes === undefined) {
      minutes = [];
      this.#series.set(series, minutes);
    }
    return minutes;
  }

  #nameOf({ series, index }: Minute<T>): string {
    return `${this.prefix}${series}@${index}`;
  }
}

/** The number of minutes up to this one: nearly always all of them. */
function after(minutes: readonly Minute<unknown>[], index: number): number {
  const count = minutes.length;
  if (count === 0 || minutes[count - 1]!.index <= index) return count;
  return lowerBound(0, count, (at) => minutes[at]!.index > index);
}
