import type { Add } from '../delta/actions.ts';
import { offsetIn, type Standing } from '../delta/stored-position.ts';
import type { Move, Moves } from '../delta/table.ts';
import { Graves } from '../purge/pending-deletes.ts';
import type { Folders, Waiting } from './folders.ts';

/** One partition of the topic, while it is ours. */
export interface Share {
  readonly partition: number;
  standing: Standing;
  /** The position that the table has; undefined before the first commit. */
  committed: number | undefined;
  /** The next offset to take; what is below is in the table, in `folders` or in `files`. */
  next: number;
  readonly folders: Folders;
  /** In the store, but in no log entry yet: no reader sees them. */
  files: Add[];
  /** In the store, and never to be in a log entry: to be removed after the next commit. */
  discarded: Add[];
  readonly graves: Graves;
}

/** Rows that wait for the next file of a folder, and the partition that they are of. */
export type ToStore = readonly [Share, Waiting];

export const newShare = (partition: number, standing: Standing, folders: Folders): Share => ({
  partition,
  standing,
  committed: offsetIn(standing),
  next: offsetIn(standing) ?? 0,
  folders,
  files: [],
  discarded: [],
  graves: new Graves(),
});

/** All that was waiting is in the table now, and the position with it. */
export function settle(share: Share): void {
  share.standing = new Map([...share.standing.keys()].map((appId) => [appId, share.next]));
  share.committed = share.next;
  share.files = [];
  share.discarded = [];
  share.graves.clear();
}

export const hasMoved = ({ committed, next }: Share): boolean => next !== (committed ?? 0);

export const movesOf = (shares: readonly Share[]): Moves =>
  new Map(
    shares.flatMap(({ standing, next }) =>
      [...standing].map(([appId, from]): [string, Move] => [appId, { from, to: next }]),
    ),
  );

export const waitingIn = (shares: readonly Share[]): ToStore[] =>
  shares.flatMap((share) => share.folders.all().map((waiting): ToStore => [share, waiting]));

/** Files that the next commit names, those still to be made among them. */
export const filesToName = (shares: readonly Share[]): number =>
  shares.reduce((sum, { folders, files }) => sum + folders.count() + files.length, 0);

export const deletionsIn = (shares: readonly Share[]): number =>
  shares.reduce((sum, { graves }) => sum + graves.ids.size, 0);
