import type { Column } from '../../../market/catalog/columns.ts';
import type { SinkContext } from '../../sink.ts';
import type { PartitionWriter } from '../buffer/partition-writer.ts';
import { type Add, keyOf } from '../delta/actions.ts';
import { fileLost } from '../delta/require-stored.ts';
import type { Snapshot } from '../delta/snapshot.ts';
import type { TableStore } from '../store/store.ts';
import { type BlockedDelete, deleteRows } from './delete-rows.ts';
import { findRows, rewrite } from './rewrite.ts';
import { type RowMatcher, rowMatcher } from './row-matcher.ts';

type Context = Pick<SinkContext, 'topic' | 'clock' | 'warn' | 'reject'>;

/**
 * Removes the posts deleted since the last flush, first from uncommitted files, then from the table in a commit of its
 * own. Call it before the position moves past their tombstones: after a crash in between, these are read again. A file
 * that cannot be read or deleted does not stop the sink: it warns, and the tombstones go to `rejects`. Returns the number
 * of rows removed. Throws UserError.
 */
export async function applyDeletes(
  store: TableStore,
  snapshot: Snapshot,
  writers: readonly PartitionWriter[],
  columns: readonly Column[],
  context: Context,
): Promise<number> {
  const withDeletes = writers.filter(({ pendingDeletes }) => pendingDeletes.ids.size > 0);
  if (withDeletes.length === 0) return 0;
  let rows = 0;
  for (const writer of withDeletes) rows += await deleteFromUncommitted(store, writer, columns);
  if (snapshot.version < 0) return rows;
  const ids = new Set(withDeletes.flatMap(({ pendingDeletes }) => [...pendingDeletes.ids.keys()]));
  const matcher = rowMatcher({ ids, authors: new Set() });
  const deleted = await deleteRows(snapshot, matcher, { ...context, dryRun: false });
  await reportBlocked(store, deleted.blocked, withDeletes, context);
  return rows + deleted.rows;
}

/** Deletes posts from files that no log entry names yet. */
async function deleteFromUncommitted(
  store: TableStore,
  writer: PartitionWriter,
  columns: readonly Column[],
): Promise<number> {
  const { pendingDeletes } = writer;
  const matcher = rowMatcher({ ids: new Set(pendingDeletes.ids.keys()), authors: new Set() });
  const files: Add[] = [];
  let rows = 0;
  for (const [i, add] of writer.files.entries()) {
    const mayMatch = i < pendingDeletes.filesBeforeLastDelete && matcher.mayMatchFile(add.stats);
    const match = mayMatch ? await findRowsInUncommitted(store, add, matcher) : undefined;
    if (match === undefined) {
      files.push(add);
      continue;
    }
    const replacement = await rewrite(store, match, add.partitionValues, columns, add.modificationTime);
    if (replacement !== undefined) files.push(replacement);
    rows += match.rows;
    writer.discarded.push(add);
  }
  writer.files = files;
  pendingDeletes.filesBeforeLastDelete = 0;
  return rows;
}

async function findRowsInUncommitted(store: TableStore, { path, partitionValues }: Add, matcher: RowMatcher) {
  const key = keyOf(path);
  const bytes = await store.get(key);
  if (bytes !== undefined) return findRows(store, key, bytes, partitionValues, matcher);
  throw fileLost(store, key);
}

/** Warns once for all files, and rejects each tombstone whose post may remain. */
async function reportBlocked(
  store: TableStore,
  blocked: readonly BlockedDelete[],
  writers: readonly PartitionWriter[],
  context: Context,
) {
  const [first] = blocked;
  if (first === undefined) return;
  const { error } = first;
  const more = blocked.length === 1 ? '' : ` and ${blocked.length - 1} more files`;
  context.warn(
    `posts deleted on X stay in ${store.url}/${first.path}${more}: ${error.message}. ${error.hint} Their ids are in topic rejects`,
  );
  const pathOf = new Map(blocked.flatMap(({ ids, path }) => ids.map((id) => [id, path] as const)));
  for (const { partition, pendingDeletes } of writers)
    for (const [id, offset] of pendingDeletes.ids) {
      const path = pathOf.get(id);
      if (path === undefined) continue;
      const record = { offset, timestamp: context.clock.now(), key: id, value: null, headers: {} };
      const batch = { topic: context.topic, partition, records: [record], next: offset + 1 };
      await context.reject(
        batch,
        0,
        `the post was deleted but may still be in ${store.url}/${path}; purge it there`,
      );
    }
}
