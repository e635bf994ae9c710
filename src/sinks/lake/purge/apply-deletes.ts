import type { Column } from '../../../market/catalog/datasets.ts';
import type { SinkContext } from '../../sink.ts';
import type { PartitionWriter } from '../buffer/partition-writer.ts';
import { type Add, keyOf } from '../delta/actions.ts';
import { lost } from '../delta/look-again.ts';
import type { Snapshot } from '../delta/snapshot.ts';
import type { Store } from '../store/store.ts';
import { type BlockedDelete, deleteRows } from './delete-rows.ts';
import { lookInto, rewrite } from './rewrite.ts';
import { type RowMatcher, rowMatcher } from './row-matcher.ts';

type Context = Pick<SinkContext, 'topic' | 'clock' | 'warn' | 'reject'>;

/**
 * Removes the posts that were deleted since the last flush: from files that are stored but not yet seen, and from the
 * table, in a commit of its own. To be done before the position moves past their tombstones: a process killed in between
 * reads these again. A file that keeps posts, for it cannot be read or deleted, does not stop the sink: it is told of, and
 * the tombstones go to `rejects`. Answers how many rows were removed. Throws Problem.
 */
export async function applyDeletes(
  store: Store,
  snapshot: Snapshot,
  shares: readonly PartitionWriter[],
  columns: readonly Column[],
  context: Context,
): Promise<number> {
  const gone = shares.filter(({ graves }) => graves.ids.size > 0);
  if (gone.length === 0) return 0;
  let rows = 0;
  for (const share of gone) rows += await takeOutOfUnseen(store, share, columns);
  if (snapshot.version < 0) return rows;
  const ids = new Set(gone.flatMap(({ graves }) => [...graves.ids.keys()]));
  const seeker = rowMatcher({ ids, authors: new Set() });
  const taken = await deleteRows(snapshot, seeker, { ...context, dryRun: false });
  await tell(store, taken.stuck, gone, context);
  return rows + taken.rows;
}

/** Takes posts out of files that no log entry names yet. */
async function takeOutOfUnseen(
  store: Store,
  share: PartitionWriter,
  columns: readonly Column[],
): Promise<number> {
  const seeker = rowMatcher({ ids: new Set(share.graves.ids.keys()), authors: new Set() });
  const files: Add[] = [];
  let rows = 0;
  for (const [at, add] of share.files.entries()) {
    const early = at < share.graves.earlyFiles && seeker.mayBeIn(add.stats);
    const found = early ? await lookIntoOwn(store, add, seeker) : undefined;
    if (found === undefined) {
      files.push(add);
      continue;
    }
    const left = await rewrite(store, found, add.partitionValues, columns, add.modificationTime);
    if (left !== undefined) files.push(left);
    rows += found.rows;
    share.discarded.push(add);
  }
  share.files = files;
  share.graves.earlyFiles = 0;
  return rows;
}

async function lookIntoOwn(store: Store, { path, partitionValues }: Add, seeker: RowMatcher) {
  const key = keyOf(path);
  const bytes = await store.get(key);
  if (bytes !== undefined) return lookInto(store, key, bytes, partitionValues, seeker);
  throw lost(store, key);
}

/** One warning for all files; each tombstone that was not obeyed is a record that could not be taken. */
async function tell(
  store: Store,
  stuck: readonly BlockedDelete[],
  shares: readonly PartitionWriter[],
  context: Context,
) {
  const [first] = stuck;
  if (first === undefined) return;
  const { problem } = first;
  const more = stuck.length === 1 ? '' : ` and ${stuck.length - 1} files more`;
  context.warn(
    `posts that X deleted stay in ${store.url}/${first.path}${more}: ${problem.message}. ${problem.hint} Their ids are in topic rejects`,
  );
  const why = new Map(stuck.flatMap(({ ids, path }) => ids.map((id) => [id, path] as const)));
  for (const { partition, graves } of shares)
    for (const [id, offset] of graves.ids) {
      const path = why.get(id);
      if (path === undefined) continue;
      const record = { offset, timestamp: context.clock.now(), key: id, value: null, headers: {} };
      const batch = { topic: context.topic, partition, records: [record], next: offset + 1 };
      await context.reject(batch, 0, `deleted, but it may still be in ${store.url}/${path}: purge it there`);
    }
}
