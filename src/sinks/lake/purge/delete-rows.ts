import { randomUUID } from 'node:crypto';
import { UserError } from '../../../core/errors.ts';
import type { Column } from '../../../market/catalog/datasets.ts';
import type { PurgeContext } from '../../sink.ts';
import { type Add, entryActions, keyOf, type Remove } from '../delta/actions.ts';
import { appendEntry } from '../delta/append-entry.ts';
import { unreadable } from '../delta/chronicle.ts';
import { activeFiles, filesAt } from '../delta/files-at.ts';
import { maintain } from '../delta/maintenance.ts';
import { columnsOf } from '../delta/schema.ts';
import type { Snapshot } from '../delta/snapshot.ts';
import { type FoundIn, lookInto, rewrite } from './rewrite.ts';
import type { RowMatcher } from './row-matcher.ts';

/** A file that keeps posts which should go, and why. */
export interface BlockedDelete {
  readonly path: string;
  /** Those of the posts, by id, that may be in it. */
  readonly ids: readonly string[];
  readonly problem: UserError;
}

/** Rows removed and the files that they stood in; under `dryRun` those that would be. */
export interface DeletedRows {
  readonly rows: number;
  readonly paths: readonly string[];
  readonly stuck: readonly BlockedDelete[];
}

interface TakeOptions extends Pick<PurgeContext, 'clock' | 'warn' | 'dryRun'> {
  /** Told of each file that the log names; `isActive`: it is part of the table as it is now. */
  readonly met?: (path: string, isActive: boolean) => void;
}

interface Found extends FoundIn {
  readonly add: Add;
}

interface Replaced {
  readonly from: Found;
  /** Undefined when no row stays. */
  readonly to: Add | undefined;
}

/** Does what may fail for one file alone; a store that is away, or full, concerns all. */
export async function orStuck(
  stuck: BlockedDelete[],
  of: Omit<BlockedDelete, 'problem'>,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'damaged') throw error;
    stuck.push({ ...of, problem: error });
  }
}

interface Looked {
  readonly found: Found[];
  /** Files that an earlier run replaced, and did not delete: it died, or was not allowed to. */
  readonly left: FoundIn[];
}

async function look(
  { store, version }: Snapshot,
  seeker: RowMatcher,
  stuck: BlockedDelete[],
  { met = () => {} }: TakeOptions,
): Promise<Looked> {
  const looked: Looked = { found: [], left: [] };
  for await (const actions of filesAt(store, version))
    for (const { add, remove } of actions) {
      const { path: key, stats, partitionValues } = (add ?? remove)!;
      const path = keyOf(key);
      met(path, add !== undefined);
      // Files that other engines took away have no statistics: only a purge by hand looks into all of them.
      if (!seeker.mayBeIn(stats) || (add === undefined && stats == null)) continue;
      await orStuck(stuck, { path, ids: seeker.idsWithin(stats) }, async () => {
        const bytes = await store.get(path);
        if (bytes === undefined && add) throw unreadable(store, `lacks a file that its log names: ${path}`);
        const one = bytes && (await lookInto(store, path, bytes, partitionValues ?? {}, seeker));
        if (!one) return;
        if (add) looked.found.push({ ...one, add });
        else looked.left.push(one);
      });
    }
  return looked;
}

/** The columns of the files that statistics are kept of: those that are no folders, of types that we write. */
function fileColumns({ metaData }: Snapshot): readonly Column[] {
  const { partitionColumns } = metaData!;
  return [...columnsOf(metaData!).values()].filter(
    (column): column is Column => typeof column !== 'string' && !partitionColumns.includes(column.name),
  );
}

/** With the range of ids alone: other values of deleted posts have no place in a new log entry. */
function removeOf({ path, partitionValues, size, stats }: Add, deletionTimestamp: number): Remove {
  const remove = { path, deletionTimestamp, dataChange: true, partitionValues, size };
  const { numRecords, minValues, maxValues } = JSON.parse(stats ?? '{}');
  const [id, last] = [minValues?.id, maxValues?.id];
  const range = { numRecords, minValues: { id }, maxValues: { id: last } };
  return id === undefined || last === undefined ? remove : { ...remove, stats: JSON.stringify(range) };
}

/** False when another writer has taken one of the files away meanwhile: then all is to be looked at again. */
async function commit(
  base: Snapshot,
  done: readonly Replaced[],
  time: number,
  warn: (message: string) => void,
): Promise<boolean> {
  const { store } = base;
  const adds = done.flatMap(({ to }) => (to ? [to] : []));
  const removes = done.map(({ from }) => removeOf(from.add, time));
  const replaced = new Set(done.map(({ from }) => from.path));
  const commitId = randomUUID();
  const actions = entryActions({ commitId, operation: 'DELETE', transactions: [], removes, adds }, time);
  const isCommitted = await appendEntry(base, {
    commitId,
    isIn: async () => {
      const active = await activeFiles(store);
      return ![...replaced].some((path) => active.has(path));
    },
    actions: async (news) =>
      news === undefined || news.some(({ remove }) => remove && replaced.has(keyOf(remove.path)))
        ? undefined
        : actions,
  });
  if (isCommitted) await maintain(base, time, warn);
  else for (const { path } of adds) await store.remove(keyOf(path));
  return isCommitted;
}

/**
 * Takes posts out of a Delta table: files that hold some are written anew without them, in one commit, and then deleted
 * from the store, with what an earlier run left there. What cannot be written anew or deleted stays, and is in `stuck`.
 */
export async function deleteRows(
  base: Snapshot,
  seeker: RowMatcher,
  options: TakeOptions,
): Promise<DeletedRows> {
  const { store } = base;
  const { clock, dryRun, warn, met = () => {} } = options;
  for (; ; await base.readOn()) {
    const now = clock.now();
    const stuck: BlockedDelete[] = [];
    const { found, left } = await look(base, seeker, stuck, options);
    const done: Replaced[] = [];
    for (const from of found)
      if (dryRun) done.push({ from, to: undefined });
      else
        await orStuck(stuck, { path: from.path, ids: seeker.idsWithin(from.add.stats) }, async () => {
          const to = await rewrite(store, from, from.add.partitionValues, fileColumns(base), now);
          done.push({ from, to });
        });
    const gone = [...done.map(({ from }) => from), ...left];
    const rows = gone.reduce((sum, { rows }) => sum + rows, 0);
    const taken = { rows, paths: gone.map(({ path }) => path), stuck };
    if (dryRun) return taken;
    if (done.length > 0 && !(await commit(base, done, now, warn))) continue;
    // What an earlier run left is of this table only while the table is the same.
    if (done.length === 0 && left.length > 0) await base.readOn();
    for (const { from, to } of done) {
      met(from.path, false);
      if (to) met(keyOf(to.path), true);
    }
    for (const { path } of gone)
      try {
        await store.remove(path);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        stuck.push({ path, ids: seeker.idsWithin(undefined), problem: error });
      }
    return taken;
  }
}
