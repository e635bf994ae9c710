import { randomUUID } from 'node:crypto';
import type { Column } from '../../../market/catalog/columns.ts';
import { type Add, type Change, entryActions, keyOf, type Remove } from '../delta/actions.ts';
import { appendEntry } from '../delta/append-entry.ts';
import { activeFiles } from '../delta/files-at.ts';
import { maintain } from '../delta/maintenance.ts';
import { columnsOf } from '../delta/schema.ts';
import type { Snapshot } from '../delta/snapshot.ts';

/** A file of the table and the file that takes its place. */
export interface Replacement {
  /** `path`: its key below the table. */
  readonly from: { readonly path: string; readonly add: Add };
  /** Undefined when no row remains. */
  readonly to: Add | undefined;
}

/** The columns that files store and that have statistics: no folder columns, no types that we do not write. */
export function fileColumns({ metaData }: Snapshot): readonly Column[] {
  const { partitionColumns } = metaData!;
  return [...columnsOf(metaData!).values()].filter(
    (column): column is Column => typeof column !== 'string' && !partitionColumns.includes(column.name),
  );
}

/** Keeps only the id range of the statistics: no other values of deleted posts go into a new log entry. */
function removeOf({ path, partitionValues, size, stats }: Add, deletionTimestamp: number): Remove {
  const remove = { path, deletionTimestamp, dataChange: true, partitionValues, size };
  const { numRecords, minValues, maxValues } = JSON.parse(stats ?? '{}');
  const [id, last] = [minValues?.id, maxValues?.id];
  const range = { numRecords, minValues: { id }, maxValues: { id: last } };
  return id === undefined || last === undefined ? remove : { ...remove, stats: JSON.stringify(range) };
}

/**
 * Replaces files of a table in one commit. False when another writer removed one of the files meanwhile, so that the table must be
 * scanned again; the new files are removed then.
 */
export async function commitReplacements(
  snapshot: Snapshot,
  operation: Change['operation'],
  replacements: readonly Replacement[],
  time: number,
  warn: (message: string) => void,
): Promise<boolean> {
  const { store } = snapshot;
  const adds = replacements.flatMap(({ to }) => (to ? [to] : []));
  const removes = replacements.map(({ from }) => removeOf(from.add, time));
  const replaced = new Set(replacements.map(({ from }) => from.path));
  const commitId = randomUUID();
  const actions = entryActions({ commitId, operation, transactions: [], removes, adds }, time);
  const isCommitted = await appendEntry(snapshot, {
    commitId,
    isCommitted: async () => {
      const active = await activeFiles(store);
      return ![...replaced].some((path) => active.has(path));
    },
    actions: async (news) =>
      news === undefined || news.some(({ remove }) => remove && replaced.has(keyOf(remove.path)))
        ? undefined
        : actions,
  });
  if (isCommitted) await maintain(snapshot, time, warn);
  else for (const { path } of adds) await store.remove(keyOf(path));
  return isCommitted;
}
