import { UserError } from '../../../core/errors.ts';
import type { PurgeContext } from '../../sink.ts';
import { type Add, keyOf } from '../delta/actions.ts';
import { filesAt } from '../delta/files-at.ts';
import { damagedTable } from '../delta/log-segment.ts';
import type { Snapshot } from '../delta/snapshot.ts';
import { commitReplacements, fileColumns, type Replacement } from './replace-files.ts';
import { findRows, type MatchedFile, rewrite } from './rewrite.ts';
import type { RowMatcher } from './row-matcher.ts';

/** A file that still contains posts to delete, and why. */
export interface BlockedDelete {
  readonly path: string;
  /** Ids of the posts that may be in it. */
  readonly ids: readonly string[];
  readonly error: UserError;
}

/** Deleted rows and the files that contained them; under `dryRun`, those that would be. */
export interface DeletedRows {
  readonly rows: number;
  readonly paths: readonly string[];
  readonly blocked: readonly BlockedDelete[];
}

interface DeleteOptions extends Pick<PurgeContext, 'clock' | 'warn' | 'dryRun'> {
  /** Called for each file that the log names. `isActive`: it is in the table's current version. */
  readonly onFile?: (path: string, isActive: boolean) => void;
}

interface MatchedActiveFile extends MatchedFile {
  readonly add: Add;
}

interface DeletedFile extends Replacement {
  readonly from: MatchedActiveFile;
}

/** Runs work on one file. Damage is recorded in `blocked`; other errors, such as an unreachable or full store, are thrown. */
export async function orBlocked(
  blocked: BlockedDelete[],
  file: Omit<BlockedDelete, 'error'>,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'damaged') throw error;
    blocked.push({ ...file, error });
  }
}

interface Scan {
  readonly active: MatchedActiveFile[];
  /** Replaced by an earlier run, which died before deleting them or was not allowed to. */
  readonly leftBehind: MatchedFile[];
}

async function scan(
  { store, version }: Snapshot,
  matcher: RowMatcher,
  blocked: BlockedDelete[],
  { onFile = () => {} }: DeleteOptions,
): Promise<Scan> {
  const matches: Scan = { active: [], leftBehind: [] };
  for await (const actions of filesAt(store, version))
    for (const { add, remove } of actions) {
      const { path: encodedPath, stats, partitionValues } = (add ?? remove)!;
      const path = keyOf(encodedPath);
      onFile(path, add !== undefined);
      // Files that other engines removed have no statistics; only the purge command reads all of them.
      if (!matcher.mayMatchFile(stats) || (add === undefined && stats == null)) continue;
      await orBlocked(blocked, { path, ids: matcher.idsInRange(stats) }, async () => {
        const bytes = await store.get(path);
        if (bytes === undefined && add) throw damagedTable(store, `lacks a file that its log names: ${path}`);
        const match = bytes && (await findRows(store, path, bytes, partitionValues ?? {}, matcher));
        if (!match) return;
        if (add) matches.active.push({ ...match, add });
        else matches.leftBehind.push(match);
      });
    }
  return matches;
}

/**
 * Deletes posts from a Delta table: rewrites the files that contain some, in one commit, then removes the old files and
 * those that an earlier run left behind from the store. Files that cannot be rewritten or removed are in `blocked`.
 */
export async function deleteRows(
  snapshot: Snapshot,
  matcher: RowMatcher,
  options: DeleteOptions,
): Promise<DeletedRows> {
  const { store } = snapshot;
  const { clock, dryRun, warn, onFile = () => {} } = options;
  for (; ; await snapshot.update()) {
    const now = clock.now();
    const blocked: BlockedDelete[] = [];
    const { active, leftBehind } = await scan(snapshot, matcher, blocked, options);
    const replacements: DeletedFile[] = [];
    for (const from of active)
      if (dryRun) replacements.push({ from, to: undefined });
      else
        await orBlocked(blocked, { path: from.path, ids: matcher.idsInRange(from.add.stats) }, async () => {
          const to = await rewrite(store, from, from.add.partitionValues, fileColumns(snapshot), now);
          replacements.push({ from, to });
        });
    const removed = [...replacements.map(({ from }) => from), ...leftBehind];
    const rows = removed.reduce((sum, file) => sum + file.rows, 0);
    const deleted = { rows, paths: removed.map(({ path }) => path), blocked };
    if (dryRun) return deleted;
    if (replacements.length > 0 && !(await commitReplacements(snapshot, 'DELETE', replacements, now, warn)))
      continue;
    // Without a commit nothing has checked yet that the table is still the same one: update() does.
    if (replacements.length === 0 && leftBehind.length > 0) await snapshot.update();
    for (const { from, to } of replacements) {
      onFile(from.path, false);
      if (to) onFile(keyOf(to.path), true);
    }
    for (const { path } of removed)
      try {
        await store.remove(path);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        blocked.push({ path, ids: matcher.idsInRange(undefined), error });
      }
    return deleted;
  }
}
