import { lowerBound } from '../../util/binary-search.ts';
import type { Millis } from '../../util/time.ts';
import type { Restored, StateChange } from '../keyed-state.ts';

/** An item that waits for its decision. */
export interface Pending<T> {
  readonly group: string;
  /** Identifies the item to `remove`; several items may have one id. */
  readonly id: string;
  readonly time: Millis;
  readonly item: T;
}

interface Entry<T> extends Pending<T> {
  /** Order of arrival. */
  readonly sequence: number;
  isStored: boolean;
}

/**
 * Items that wait in groups, each group in order of time; equal times keep the order of arrival. Items are plain data. An
 * item that is removed before the next commit is never stored.
 */
export class PendingQueue<T> {
  readonly #groups = new Map<string, Entry<T>[]>();
  /** In order of arrival. */
  readonly #all = new Set<Entry<T>>();
  readonly #byId = new Map<string, Entry<T>[]>();
  readonly #fresh = new Set<Entry<T>>();
  #deleted: string[] = [];
  #sequence = 0;

  constructor(
    readonly prefix: string,
    restored: Restored = new Map(),
  ) {
    const stored = [...restored]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, text]) => ({ sequence: Number(key.slice(prefix.length)), text }))
      .sort((a, b) => a.sequence - b.sequence);
    for (const { sequence, text } of stored) {
      this.#insert({ ...(JSON.parse(text) as Pending<T>), sequence, isStored: true });
      this.#sequence = sequence + 1;
    }
  }

  get size(): number {
    return this.#all.size;
  }

  /** Names of the groups that have items, sorted, so that a restart keeps their order. */
  groupNames(): string[] {
    return [...this.#groups.keys()].sort();
  }

  add(pending: Pending<T>): void {
    const entry = { ...pending, sequence: this.#sequence++, isStored: false };
    this.#insert(entry);
    this.#fresh.add(entry);
  }

  /** The earliest item of a group. */
  first(group: string): Pending<T> | undefined {
    return this.#groups.get(group)?.[0];
  }

  /** The item that arrived first. */
  oldest(): Pending<T> | undefined {
    return this.#all.values().next().value;
  }

  /** Removes an item that this queue returned. */
  remove(pending: Pending<T>): void {
    const entry = pending as Entry<T>;
    this.#all.delete(entry);
    without(this.#groups, entry.group, entry);
    without(this.#byId, entry.id, entry);
    this.#fresh.delete(entry);
    if (entry.isStored) this.#deleted.push(this.prefix + entry.sequence);
  }

  /** Removes all items of this id and returns their number. */
  removeAll(id: string): number {
    const entries = [...(this.#byId.get(id) ?? [])];
    for (const entry of entries) this.remove(entry);
    return entries.length;
  }

  changes(): StateChange[] {
    const changes: StateChange[] = this.#deleted.map((key) => [key, null]);
    this.#deleted = [];
    for (const entry of this.#fresh) {
      const { group, id, time, item } = entry;
      changes.push([this.prefix + entry.sequence, JSON.stringify({ group, id, time, item })]);
      entry.isStored = true;
    }
    this.#fresh.clear();
    return changes;
  }

  #insert(entry: Entry<T>): void {
    this.#all.add(entry);
    const group = listOf(this.#groups, entry.group);
    const last = group.at(-1);
    if (last === undefined || last.time <= entry.time) group.push(entry);
    else
      group.splice(
        lowerBound(0, group.length, (at) => group[at]!.time > entry.time),
        0,
        entry,
      );
    listOf(this.#byId, entry.id).push(entry);
  }
}

function listOf<T>(lists: Map<string, T[]>, name: string): T[] {
  const known = lists.get(name);
  if (known !== undefined) return known;
  const list: T[] = [];
  lists.set(name, list);
  return list;
}

function without<T>(lists: Map<string, T[]>, name: string, item: T): void {
  const list = lists.get(name)!;
  list.splice(list.indexOf(item), 1);
  if (list.length === 0) lists.delete(name);
}
