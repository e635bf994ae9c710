import type { StoredRecord } from '../../core/stream/record.ts';
import type { RevisedDocument } from './document.ts';
import { isNewer, type Revision } from './revision.ts';

/** A buffered document and its record. */
export interface BufferedWrite {
  readonly document: RevisedDocument;
  readonly partition: number;
  readonly record: StoredRecord;
}

/** Revisions by id, newest first: an older one is written only if the newer ones are refused. */
export type Documents = Map<string, BufferedWrite[]>;

/** The next batch: documents by collection, and ids to delete. */
export class BatchBuffer {
  readonly documents = new Map<string, Documents>();
  readonly deletions = new Map<string, { readonly rev: Revision; readonly partition: number }>();
  /** Number of documents, and total characters of their records' values. */
  count = 0;
  size = 0;

  /** Of revisions that are equal or cannot be compared, the one added later counts as newer. */
  add(collection: string, write: BufferedWrite): void {
    const { id, rev } = write.document;
    const all: Documents = this.documents.get(collection) ?? new Map();
    this.documents.set(collection, all);
    const revisions = all.get(id) ?? [];
    const newer = revisions.filter((other) => isNewer(other.document.rev, rev)).length;
    revisions.splice(newer, 0, write);
    all.set(id, revisions);
    this.#account(write, 1);
  }

  /** Adds a deletion; returns how many buffered documents it supersedes. */
  delete(id: string, rev: Revision, partition: number): number {
    const before = this.count;
    for (const all of this.documents.values())
      this.#remove(all, id, ({ document }) => !isNewer(document.rev, rev));
    if (!isNewer(this.deletions.get(id)?.rev, rev)) this.deletions.set(id, { rev, partition });
    return before - this.count;
  }

  /** Drops everything from a partition. */
  drop(partition: number): void {
    for (const all of this.documents.values())
      for (const id of all.keys()) this.#remove(all, id, (write) => write.partition === partition);
    for (const [id, deletion] of this.deletions)
      if (deletion.partition === partition) this.deletions.delete(id);
  }

  clear(): void {
    this.documents.clear();
    this.deletions.clear();
    this.count = 0;
    this.size = 0;
  }

  #remove(all: Documents, id: string, isDropped: (write: BufferedWrite) => boolean): void {
    const revisions = all.get(id) ?? [];
    const kept = revisions.filter((write) => !isDropped(write));
    for (const write of revisions) if (isDropped(write)) this.#account(write, -1);
    if (kept.length > 0) all.set(id, kept);
    else all.delete(id);
  }

  #account({ record }: BufferedWrite, sign: 1 | -1): void {
    this.count += sign;
    this.size += sign * (record.value?.length ?? 0);
  }
}
