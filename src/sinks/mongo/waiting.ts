import type { StoredRecord } from '../../core/record.ts';
import type { Kept, Revision } from './document.ts';
import { isNewer } from './upsert.ts';

/** A document on its way, and the record that it came in. */
export interface Waiting {
  readonly kept: Kept;
  readonly partition: number;
  readonly record: StoredRecord;
}

/** What is written next: of each id in each collection the newest revision, and ids to delete that are in none of them. */
export class WaitingRoom {
  readonly documents = new Map<string, Map<string, Waiting>>();
  readonly deletions = new Map<string, { readonly rev: Revision; readonly partition: number }>();
  /** Documents, and characters of their records' values. */
  count = 0;
  size = 0;

  /** Takes a document; the one that a newer revision drove out, itself or an earlier one, if there is any. */
  add(collection: string, waiting: Waiting): Waiting | undefined {
    const { id, rev } = waiting.kept;
    const all = this.documents.get(collection) ?? new Map<string, Waiting>();
    this.documents.set(collection, all);
    const other = all.get(id);
    if (other && isNewer(other.kept.rev, rev)) return waiting;
    if (other) this.#account(other, -1);
    all.set(id, waiting);
    this.#account(waiting, 1);
    return other;
  }

  /** Takes a deletion; the older documents of that id that need not be written any more. */
  delete(id: string, rev: Revision, partition: number): Waiting[] {
    const gone = this.#remove(({ kept }) => kept.id === id && !isNewer(kept.rev, rev), id);
    this.deletions.set(id, { rev, partition });
    return gone;
  }

  /** Forgets what came from a partition. */
  drop(partition: number): void {
    this.#remove((waiting) => waiting.partition === partition);
    for (const [id, deletion] of this.deletions)
      if (deletion.partition === partition) this.deletions.delete(id);
  }

  clear(): void {
    this.documents.clear();
    this.deletions.clear();
    this.count = 0;
    this.size = 0;
  }

  #remove(isGone: (waiting: Waiting) => boolean, only?: string): Waiting[] {
    const gone: Waiting[] = [];
    for (const all of this.documents.values()) {
      const candidates = only === undefined ? [...all.values()] : [all.get(only)];
      for (const waiting of candidates) {
        if (waiting === undefined || !isGone(waiting)) continue;
        all.delete(waiting.kept.id);
        this.#account(waiting, -1);
        gone.push(waiting);
      }
    }
    return gone;
  }

  #account({ record }: Waiting, sign: 1 | -1): void {
    this.count += sign;
    this.size += sign * (record.value?.length ?? 0);
  }
}
