import type { StoredRecord } from '../../core/stream/record.ts';
import type { RevisedDocument } from './document.ts';
import { isNewer, type Revision } from './revision.ts';

/** A document on its way, and the record that it came in. */
export interface BufferedWrite {
  readonly document: RevisedDocument;
  readonly partition: number;
  readonly record: StoredRecord;
}

/** Of each id its revisions, the newest first: an older one is written if those before it are refused. */
export type Documents = Map<string, BufferedWrite[]>;

/** What is written next: documents by collection, and ids to delete that are in none of them. */
export class BatchBuffer {
  readonly documents = new Map<string, Documents>();
  readonly deletions = new Map<string, { readonly rev: Revision; readonly partition: number }>();
  /** Documents, and characters of their records' values. */
  count = 0;
  size = 0;

  /** Of revisions that have no order, or the same, the later one counts as newer. */
  add(collection: string, waiting: BufferedWrite): void {
    const { id, rev } = waiting.document;
    const all: Documents = this.documents.get(collection) ?? new Map();
    this.documents.set(collection, all);
    const revisions = all.get(id) ?? [];
    const newer = revisions.filter((other) => isNewer(other.document.rev, rev)).length;
    revisions.splice(newer, 0, waiting);
    all.set(id, revisions);
    this.#account(waiting, 1);
  }

  /** Takes a deletion; answers how many older documents of that id need not be written any more. */
  delete(id: string, rev: Revision, partition: number): number {
    const before = this.count;
    for (const all of this.documents.values())
      this.#remove(all, id, ({ document: kept }) => !isNewer(kept.rev, rev));
    if (!isNewer(this.deletions.get(id)?.rev, rev)) this.deletions.set(id, { rev, partition });
    return before - this.count;
  }

  /** Forgets what came from a partition. */
  drop(partition: number): void {
    for (const all of this.documents.values())
      for (const id of all.keys()) this.#remove(all, id, (waiting) => waiting.partition === partition);
    for (const [id, deletion] of this.deletions)
      if (deletion.partition === partition) this.deletions.delete(id);
  }

  clear(): void {
    this.documents.clear();
    this.deletions.clear();
    this.count = 0;
    this.size = 0;
  }

  #remove(all: Documents, id: string, isGone: (waiting: BufferedWrite) => boolean): void {
    const revisions = all.get(id) ?? [];
    const left = revisions.filter((waiting) => !isGone(waiting));
    for (const waiting of revisions) if (isGone(waiting)) this.#account(waiting, -1);
    if (left.length > 0) all.set(id, left);
    else all.delete(id);
  }

  #account({ record }: BufferedWrite, sign: 1 | -1): void {
    this.count += sign;
    this.size += sign * (record.value?.length ?? 0);
  }
}
