import { randomUUID } from 'node:crypto';
import { Problem } from '../../core/problem.ts';
import type { Column } from '../../market/datasets.ts';
import type { PurgeContext, Selection } from '../sink.ts';
import { emptyChain, newArena } from './arena.ts';
import { type Add, addOf, entryActions, keyOf, type Remove } from './delta.ts';
import { encodeParquet } from './parquet.ts';
import { type Row, readRows } from './parquet-rows.ts';
import { columnsOf } from './schema.ts';
import { putEntry, readSnapshot, type Snapshot, unreadable } from './snapshot.ts';
import { type Store, sizeOf } from './store.ts';
import { upkeep } from './upkeep.ts';

/** What is looked at to find a post; its author goes by id or handle. */
const SOUGHT = ['id', 'author_id', 'username'] as const;

/** A file with rows that are to go, and what stands in its place: nothing when all of them go. */
interface Rewritten {
  readonly remove: Remove;
  readonly add: Add | undefined;
  readonly rows: number;
}

/**
 * Removes posts from a Delta table: files that hold some are written anew without them, in one commit, and then deleted
 * from the store, so that older versions of the table cannot be read there any more. Throws Problem `damaged` for a
 * table that may only grow, and for one with columns that we cannot write.
 */
export async function purgeTable(
  store: Store,
  selection: Selection,
  { clock, warn }: PurgeContext,
): Promise<{ readonly rows: number; readonly files: number }> {
  for (;;) {
    const snapshot = await readSnapshot(store, { files: true });
    const done = snapshot.version < 0 ? [] : await rewriteAll(snapshot, selection, clock.now());
    if (done.length === 0) return { rows: 0, files: 0 };
    if (!(await commit(snapshot, done, clock.now()))) continue;
    await upkeep(snapshot, clock.now(), warn);
    for (const { remove } of done) await store.remove(keyOf(remove.path));
    return { rows: done.reduce((sum, { rows }) => sum + rows, 0), files: done.length };
  }
}

/** False when another writer has taken one of the files away meanwhile: then all is looked at again. */
async function commit(snapshot: Snapshot, done: readonly Rewritten[], time: number): Promise<boolean> {
  const commitId = randomUUID();
  const adds = done.flatMap(({ add }) => (add ? [add] : []));
  const removes = done.map(({ remove }) => remove);
  const actions = entryActions({ commitId, operation: 'DELETE', transactions: [], removes, adds }, time);
  while (removes.every(({ path }) => snapshot.files!.has(keyOf(path))))
    if (await putEntry(snapshot, actions, commitId)) return true;
  for (const { path } of adds) await snapshot.store.remove(keyOf(path));
  return false;
}

async function rewriteAll(snapshot: Snapshot, selection: Selection, now: number): Promise<Rewritten[]> {
  const { store, metaData, files } = snapshot;
  if (metaData!.configuration?.['delta.appendOnly'] === 'true')
    throw unreadable(store, 'is a table that may only grow (delta.appendOnly)');
  const columns = columnsOf(metaData!);
  const done: Rewritten[] = [];
  for (const [path, add] of files!) {
    if (!mayHold(add, selection)) continue;
    const bytes = await store.get(path);
    if (bytes === undefined) throw unreadable(store, `lacks a file that its log names: ${path}`);
    const found = await readRows(bytes, SOUGHT);
    if (!found.some((row) => isSelected({ ...add.partitionValues, ...row }, selection))) continue;
    const rows = await readRows(bytes);
    const kept = rows.filter((row) => !isSelected({ ...add.partitionValues, ...row }, selection));
    done.push({
      rows: rows.length - kept.length,
      remove: {
        path: add.path,
        deletionTimestamp: now,
        dataChange: true,
        partitionValues: add.partitionValues,
        size: add.size,
      },
      add: kept.length === 0 ? undefined : await storeKept(snapshot, add, columns, kept, now),
    });
  }
  return done;
}

/** Puts the rows that stay beside the file that they stood in. */
async function storeKept(
  { store, metaData }: Snapshot,
  add: Add,
  columns: ReadonlyMap<string, Column | string>,
  kept: readonly Row[],
  modified: number,
): Promise<Add> {
  const written: Column[] = [];
  for (const [name, column] of columns) {
    if (metaData!.partitionColumns.includes(name)) continue;
    if (typeof column !== 'string') written.push(column);
    else if (kept.some((row) => row[name] !== null && row[name] !== undefined))
      throw new Problem(
        'damaged',
        `${store.url} has a column ${name} of type ${column}, which we cannot write`,
        'Purge this table with the engine that made the column.',
      );
  }
  const arena = newArena(written);
  const chain = emptyChain();
  for (const row of kept)
    arena.add(
      chain,
      written.map(({ name }) => row[name] ?? null),
    );
  const { chunks, stats } = await encodeParquet(written, arena.gather(chain));
  const folder = keyOf(add.path).split('/').slice(0, -1);
  const path = [...folder, `purged-${randomUUID()}.parquet`].join('/');
  await store.put(path, chunks);
  const size = sizeOf(chunks);
  return addOf({
    path,
    folder: add.partitionValues,
    size,
    modified,
    rows: kept.length,
    columns: written,
    stats,
  });
}

function isSelected(row: Row, { ids, authors }: Selection): boolean {
  const { id, author_id, username } = row as Readonly<Record<(typeof SOUGHT)[number], string | null>>;
  if (id != null && ids.has(id)) return true;
  if (author_id != null && authors.has(author_id)) return true;
  return username != null && authors.has(username.toLowerCase());
}

/** By the statistics of ids, when nothing but ids is sought. */
function mayHold({ stats }: Add, { ids, authors }: Selection): boolean {
  if (authors.size > 0 || stats == null) return true;
  const { minValues, maxValues } = JSON.parse(stats) as Readonly<
    Record<'minValues' | 'maxValues', { readonly id?: string } | undefined>
  >;
  const [least, most] = [minValues?.id, maxValues?.id];
  return least === undefined || most === undefined || [...ids].some((id) => id >= least && id <= most);
}
