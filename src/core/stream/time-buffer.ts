import { MINUTE, type Millis } from '../util/time.ts';
import { KeyedState, type Restored, type StateChange } from './keyed-state.ts';
import { minuteIndex } from './minute-buckets.ts';

export interface TimedItem {
  readonly time: Millis;
}

/**
 * Records of many series, each ordered by time; equal times keep the order of arrival. Records are plain data. Each
 * minute of a series is stored as one value, so a commit writes only the minutes that changed.
 */
export class TimeBuffer<T extends TimedItem> {
  readonly #minutes: KeyedState<T[]>;
  /** The minutes of each series that have records, ascending. */
  readonly #index = new Map<string, number[]>();

  constructor(prefix: string, restored: Restored = new Map()) {
    this.#minutes = new KeyedState(prefix, restored);
    for (const [key] of this.#minutes.entries()) {
      const at = key.lastIndexOf('@');
      insert(this.#indexOf(key.slice(0, at)), Number(key.slice(at + 1)));
    }
  }

  /** Names of the series that have records. */
  seriesNames(): IterableIterator<string> {
    return this.#index.keys();
  }

  add(series: string, record: T): void {
    const minute = minuteIndex(record.time);
    const key = `${series}@${minute}`;
    const records = this.#minutes.get(key);
    if (records === undefined) {
      this.#minutes.set(key, [record]);
      insert(this.#indexOf(series), minute);
      return;
    }
    let at = records.length;
    while (at > 0 && records[at - 1]!.time > record.time) at -= 1;
    records.splice(at, 0, record);
    this.#minutes.touch(key);
  }

  /** The newest record at or before `time`; of equal times the last to arrive. */
  latest(series: string, time: Millis = Number.POSITIVE_INFINITY): T | undefined {
    const minutes = this.#index.get(series) ?? [];
    for (let i = minutes.length - 1; i >= 0; i -= 1) {
      if (minutes[i]! * MINUTE > time) continue;
      const found = this.#records(series, minutes[i]!).findLast((record) => record.time <= time);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The oldest record at or after `time`. */
  earliest(series: string, time: Millis): T | undefined {
    for (const minute of this.#index.get(series) ?? []) {
      if ((minute + 1) * MINUTE <= time) continue;
      const found = this.#records(series, minute).find((record) => record.time >= time);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The records with `from <= time <= to`. */
  between(series: string, from: Millis, to: Millis): T[] {
    const minutes = this.#index.get(series) ?? [];
    let first = minutes.length;
    while (first > 0 && (minutes[first - 1]! + 1) * MINUTE > from) first -= 1;
    const found: T[] = [];
    for (let i = first; i < minutes.length && minutes[i]! * MINUTE <= to; i += 1)
      for (const record of this.#records(series, minutes[i]!))
        if (record.time >= from && record.time <= to) found.push(record);
    return found;
  }

  /** Forgets the records of a series before `time`. */
  evict(series: string, time: Millis): void {
    const minutes = this.#index.get(series);
    if (minutes === undefined) return;
    while (minutes.length > 0 && (minutes[0]! + 1) * MINUTE <= time)
      this.#minutes.delete(`${series}@${minutes.shift()}`);
    if (minutes.length > 0) this.#trim(series, minutes, time);
    if (minutes.length === 0) this.#index.delete(series);
  }

  changes(): StateChange[] {
    return this.#minutes.changes();
  }

  /** Removes the records before `time` from the first minute. */
  #trim(series: string, minutes: number[], time: Millis): void {
    const key = `${series}@${minutes[0]}`;
    const records = this.#minutes.get(key)!;
    const first = records.findIndex((record) => record.time >= time);
    if (first === 0) return;
    if (first > 0) {
      records.splice(0, first);
      this.#minutes.touch(key);
    } else {
      this.#minutes.delete(key);
      minutes.shift();
    }
  }

  #indexOf(series: string): number[] {
    const known = this.#index.get(series);
    if (known !== undefined) return known;
    const minutes: number[] = [];
    this.#index.set(series, minutes);
    return minutes;
  }

  #records(series: string, minute: number): readonly T[] {
    return this.#minutes.get(`${series}@${minute}`)!;
  }
}

function insert(minutes: number[], minute: number): void {
  let at = minutes.length;
  while (at > 0 && minutes[at - 1]! > minute) at -= 1;
  minutes.splice(at, 0, minute);
}
