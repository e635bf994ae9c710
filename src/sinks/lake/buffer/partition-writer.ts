import type { Add } from '../delta/actions.ts';
import { offsetIn, type StoredPosition } from '../delta/stored-position.ts';
import type { Move, Moves } from '../delta/table.ts';
import { PendingDeletes } from '../purge/pending-deletes.ts';
import type { Folders, PendingFile } from './folders.ts';

/** One partition of the topic, while it is ours. */
export interface PartitionWriter {
  readonly partition: number;
  standing: StoredPosition;
  /** The position that the table has; undefined before the first commit. */
  committed: number | undefined;
  /** The next offset to take; what is below is in the table, in `folders` or in `files`. */
  next: number;
  readonly folders: Folders;
  /** In the store, but in no log entry yet: no reader sees them. */
  files: Add[];
  /** In the store, and never to be in a log entry: to be removed after the next commit. */
  discarded: Add[];
  readonly graves: PendingDeletes;
}

/** Rows that wait for the next file of a folder, and the partition that they are of. */
export type ToStore = readonly [PartitionWriter, PendingFile];

export const newShare = (partition: number, standing: StoredPosition, folders: Folders): PartitionWriter => ({
  partition,
  standing,
  committed: offsetIn(standing),
  next: offsetIn(standing) ?? 0,
  folders,
  files: [],
  discarded: [],
  graves: new PendingDeletes(),
});

/** All that was waiting is in the table now, and the position with it. */
export function settle(share: PartitionWriter): void {
  share.standing = new Map([...share.standing.keys()].map((appId) => [appId, share.next]));
  share.committed = share.next;
  share.files = [];
  share.discarded = [];
  share.graves.clear();
}

export const hasMoved = ({ committed, next }: PartitionWriter): boolean => next !== (committed ?? 0);

export const movesOf = (shares: readonly PartitionWriter[]): Moves =>
  new Map(
    shares.flatMap(({ standing, next }) =>
      [...standing].map(([appId, from]): [string, Move] => [appId, { from, to: next }]),
    ),
  );

export const waitingIn = (shares: readonly PartitionWriter[]): ToStore[] =>
  shares.flatMap((share) => share.folders.all().map((waiting): ToStore => [share, waiting]));

/** Files that the next commit names, those still to be made among them. */
export const filesToName = (shares: readonly PartitionWriter[]): number =>
  shares.reduce((sum, { folders, files }) => sum + folders.count() + files.length, 0);

export const deletionsIn = (shares: readonly PartitionWriter[]): number =>
  shares.reduce((sum, { graves }) => sum + graves.ids.size, 0);
