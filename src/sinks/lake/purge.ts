import { randomUUID } from 'node:crypto';
import type { PurgeContext, Selection } from '../sink.ts';
import { type Add, entryActions, keyOf, type Remove } from './delta.ts';
import { type FoundIn, lookInto, rewrite, type Seeker, seekerOf } from './rewrite.ts';
import { columnsOf } from './schema.ts';
import { putEntry, readSnapshot, type Snapshot, unreadable } from './snapshot.ts';
import type { Store } from './store.ts';
import { upkeep } from './upkeep.ts';

/** A file with rows that are to go, and what stands in its place: nothing when all of them go. */
interface Rewritten {
  readonly remove: Remove;
  readonly add: Add | undefined;
}

/** Rows removed and the files that they stood in; under `dryRun` those that would be. */
export type Purged = Readonly<Record<'rows' | 'files', number>>;

const totalOf = (found: readonly FoundIn[]): Purged => ({
  rows: found.reduce((sum, { rows }) => sum + rows, 0),
  files: found.length,
});

/** Whether posts may not be removed from a table: a property that its owner has set. */
export const mayOnlyGrow = ({ metaData }: Snapshot): boolean =>
  metaData?.configuration?.['delta.appendOnly'] === 'true';

/**
 * Removes posts from a Delta table: files that hold some are written anew without them, in one commit, and then deleted
 * from the store, so that older versions of the table cannot be read there any more. Throws Problem `damaged` for a
 * table that may only grow, and for one with columns that we cannot write.
 */
export async function purgeTable(
  store: Store,
  selection: Selection,
  { clock, warn, dryRun }: Pick<PurgeContext, 'clock' | 'warn' | 'dryRun'>,
): Promise<Purged> {
  const seeker = seekerOf(selection);
  for (;;) {
    const snapshot = await readSnapshot(store, { files: true });
    if (snapshot.version < 0) return { rows: 0, files: 0 };
    if (mayOnlyGrow(snapshot)) throw unreadable(store, 'is a table that may only grow (delta.appendOnly)');
    const now = clock.now();
    const found: FoundIn[] = [];
    const done: Rewritten[] = [];
    for (const add of snapshot.files!.values()) {
      const one = await lookInto(store, add, seeker);
      if (one === undefined) continue;
      if (!dryRun) done.push(await replace(snapshot, one, seeker, now));
      found.push({ ...one, bytes: Buffer.alloc(0) });
    }
    if (dryRun || done.length === 0) return totalOf(found);
    if (!(await commit(snapshot, done, now))) continue;
    await upkeep(snapshot, now, warn);
    for (const { remove } of done) await store.remove(keyOf(remove.path));
    return totalOf(found);
  }
}

/** The files' columns, without those that are folders. */
function fileColumns({ metaData }: Snapshot) {
  const folders = metaData!.partitionColumns;
  return new Map([...columnsOf(metaData!)].filter(([name]) => !folders.includes(name)));
}

async function replace(snapshot: Snapshot, found: FoundIn, seeker: Seeker, now: number): Promise<Rewritten> {
  const { path, partitionValues, size } = found.add;
  return {
    remove: { path, deletionTimestamp: now, dataChange: true, partitionValues, size },
    add: await rewrite(snapshot.store, found, seeker, fileColumns(snapshot), now),
  };
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
