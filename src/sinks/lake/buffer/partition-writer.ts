import type { Add } from '../delta/actions.ts';
import { nextOffset, type StoredPosition } from '../delta/stored-position.ts';
import type { PositionUpdate, PositionUpdates } from '../delta/table.ts';
import { PendingDeletes } from '../purge/pending-deletes.ts';
import type { Folders, PendingFile } from './folders.ts';

/** One partition of the topic, while this process owns it. */
export interface PartitionWriter {
  readonly partition: number;
  storedPosition: StoredPosition;
  /** The position that the table has; undefined before the first commit. */
  committed: number | undefined;
  /** The next offset to write; everything below is in the table, in `folders` or in `files`. */
  next: number;
  readonly folders: Folders;
  /** Stored, but in no log entry yet, so that no reader sees them. */
  files: Add[];
  /** Stored and replaced before any commit; removed after the next one. */
  discarded: Add[];
  readonly pendingDeletes: PendingDeletes;
}

/** A folder's next file and the partition of its rows. */
export type FileToWrite = readonly [PartitionWriter, PendingFile];

export const newPartitionWriter = (
  partition: number,
  storedPosition: StoredPosition,
  folders: Folders,
): PartitionWriter => ({
  partition,
  storedPosition,
  committed: nextOffset(storedPosition),
  next: nextOffset(storedPosition) ?? 0,
  folders,
  files: [],
  discarded: [],
  pendingDeletes: new PendingDeletes(),
});

/** After a commit: the table has all rows, deletes and the position. */
export function setCommitted(writer: PartitionWriter): void {
  writer.storedPosition = new Map([...writer.storedPosition.keys()].map((appId) => [appId, writer.next]));
  writer.committed = writer.next;
  writer.files = [];
  writer.discarded = [];
  writer.pendingDeletes.clear();
}

export const hasUncommitted = ({ committed, next }: PartitionWriter): boolean => next !== (committed ?? 0);

export const positionUpdates = (writers: readonly PartitionWriter[]): PositionUpdates =>
  new Map(
    writers.flatMap(({ storedPosition, next }) =>
      [...storedPosition].map(([appId, from]): [string, PositionUpdate] => [appId, { from, to: next }]),
    ),
  );

export const filesToWrite = (writers: readonly PartitionWriter[]): FileToWrite[] =>
  writers.flatMap((writer) => writer.folders.all().map((pending): FileToWrite => [writer, pending]));

/** Files that the next commit names, including those not written yet. */
export const filesInNextCommit = (writers: readonly PartitionWriter[]): number =>
  writers.reduce((sum, { folders, files }) => sum + folders.count() + files.length, 0);

export const pendingDeletesIn = (writers: readonly PartitionWriter[]): number =>
  writers.reduce((sum, { pendingDeletes }) => sum + pendingDeletes.ids.size, 0);
