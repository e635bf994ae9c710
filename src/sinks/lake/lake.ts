import { UserError } from '../../core/errors.ts';
import { InvalidRecord, type StoredRecord } from '../../core/stream/record.ts';
import type { Millis } from '../../core/util/time.ts';
import { isOfPosts } from '../../market/catalog/datasets.ts';
import type { OpenSink, SinkContext } from '../sink.ts';
import { fileWriter, LONGEST_FILE, noFiles, type WriteFiles } from './buffer/file-writer.ts';
import { newFolders, type PendingFile } from './buffer/folders.ts';
import {
  deletionsIn,
  filesToName,
  hasMoved,
  movesOf,
  newShare,
  type PartitionWriter,
  settle,
  waitingIn,
} from './buffer/partition-writer.ts';
import type { Rotation } from './buffer/rotation.ts';
import { RowBuffer } from './buffer/row-buffer.ts';
import { rowReader } from './buffer/row-reader.ts';
import { keyOf } from './delta/actions.ts';
import { requireStored } from './delta/look-again.ts';
import { openPlain, requireNoPlainFiles } from './delta/plain-table.ts';
import { tableSchema } from './delta/schema.ts';
import { storedPositionOf } from './delta/stored-position.ts';
import { openTable } from './delta/table.ts';
import type { Layout } from './layout.ts';
import { applyDeletes } from './purge/apply-deletes.ts';
import { removeLeftovers } from './store/leftovers.ts';
import type { Store } from './store/store.ts';

export type LakeSettings = Rotation & Pick<Layout, 'table' | 'format'>;

/** What a file costs from its first row to its commit besides its rows: a folder, a line of the log entry. */
const FILE_BYTES = 16 * 2 ** 10;

/** After a flush of this length the files that it stored itself are looked for again, too. */
const LONG_MS: Millis = 60_000;

/** A commit is due at so many deletions. */
const MOST_GRAVES = 50_000;

/**
 * Keeps one topic as a table in a store, by the dataset of its context. A Delta table holds the positions itself: each
 * record is in it once. A plain one leaves them to the group: after a crash records may be in it twice.
 */
export async function openLake(
  store: Store,
  settings: LakeSettings,
  context: SinkContext,
): Promise<OpenSink> {
  const { dataset, topic, clock, reached } = context;
  const folderBytes = store.longest - LONGEST_FILE - 1;
  if (folderBytes < LONGEST_FILE)
    throw new UserError('usage', `${store.url} is too long a path for a table`, 'Choose a shorter one.');
  await removeLeftovers(store, context);
  const table =
    settings.table === 'plain'
      ? await openPlain(store)
      : await openTable(store, tableSchema(dataset), context);
  if (settings.table === 'delta' && table.version() < 0) await requireNoPlainFiles(store);
  const reader = rowReader(dataset, table.conflicts(), table.demanded());
  const held = new RowBuffer(reader.columns, settings.maxMemory / 4 / context.sharers);
  const counts = { rows: 0, files: 0, commits: 0, rejected: 0, tombstones: 0, left_out: 0, ...noFiles };
  const writeFiles = fileWriter(store, settings, context, held, counts);
  const buries = isOfPosts(dataset);
  let warned = false;
  const partitions = new Map<number, PartitionWriter>();
  const shares = (): PartitionWriter[] => [...partitions.values()];
  /** A commit is due at so many files, whatever the time: it names all of them at once. */
  const mostFiles = Math.max(100, Math.floor(held.limit / FILE_BYTES));
  /** Monotonic time since which something waits for a commit. */
  let since: Millis | undefined;

  /** A zombie stops before it replaces a file of the process that took over. */
  const storeFiles: WriteFiles = async (files, now, why) => {
    if (files.length === 0) return;
    await table.refresh(movesOf(shares().filter(hasMoved)));
    await writeFiles(files, now, why);
  };

  /** A post was deleted: it is left out of what waits, and taken out of what is stored at the next flush. */
  function acceptTombstone({ graves, files }: PartitionWriter, id: string | null, offset: number): void {
    counts.tombstones++;
    if (!buries || id === null) return;
    graves.bury(id, offset, files.length);
    const why = table.whyOnlyGrows();
    if (warned || why === undefined) return;
    warned = true;
    context.warn(`posts that X deleted stay in files already at ${store.url}: ${why}`);
  }

  /** Takes a record over; gives its folder when that has rows enough for a file. Throws Unreadable. */
  function take(share: PartitionWriter, { offset, key, value }: StoredRecord): PendingFile | undefined {
    if (value === null) {
      acceptTombstone(share, key, offset);
      return undefined;
    }
    if (!reader.read(value)) {
      counts.left_out++;
      return undefined;
    }
    const waiting = share.folders.of(reader.keys, offset);
    held.add(waiting, reader.cells);
    waiting.last = offset;
    counts.rows++;
    const { rows } = waiting;
    return rows.count >= settings.rows || rows.bytes >= settings.bytes ? waiting : undefined;
  }

  /**
   * The order of a flush. A process killed after any step leaves at most files that no log entry names; the next
   * one starts from the position in the table and makes them again.
   */
  async function flush(now: Millis): Promise<void> {
    const ready = shares().filter(hasMoved);
    if (ready.length === 0) return;
    const began = clock.monotonic();
    const early = new Set(ready.flatMap((share) => share.files));
    await table.refresh(movesOf(ready));
    // 1. Close: rows become Parquet files. 2. Put: they are stored, one by one, durable and not yet seen.
    await writeFiles(waitingIn(shares()), now, () => 'time');
    // Then what was deleted is taken out of all files, while the position is still before the tombstones.
    const snapshot = table.whyOnlyGrows() === undefined ? table.snapshot() : undefined;
    if (snapshot) counts.purged += await applyDeletes(store, snapshot, ready, reader.columns, context);
    // 3. Commit: one log entry with all files, and with the position of each partition.
    const files = ready.flatMap((share) => share.files).sort((a, b) => (a.path < b.path ? -1 : 1));
    if (settings.table === 'delta') {
      // Before there is a table, its folder may be removed without a trace in a log.
      const isAll = table.version() < 0 || clock.monotonic() - began >= LONG_MS;
      await requireStored(store, isAll ? files : files.filter((file) => early.has(file)));
    }
    reached(3);
    await table.commit(files, movesOf(ready), now);
    reached(4);
    const discarded = ready.flatMap((share) => share.discarded);
    ready.forEach(settle);
    for (const { path } of discarded) await store.remove(keyOf(path));
    since = undefined;
    counts.files += files.length;
    counts.commits++;
  }

  function drop(partition: number): void {
    const share = partitions.get(partition);
    for (const waiting of share?.folders.all() ?? []) held.forget(share!, waiting);
    partitions.delete(partition);
  }

  return {
    async start(partition) {
      drop(partition);
      await table.refresh();
      const share = newShare(
        partition,
        storedPositionOf(table, store.url, context, partition),
        newFolders(dataset.partitionBy, folderBytes),
      );
      partitions.set(partition, share);
      return settings.table === 'plain' ? undefined : share.next;
    },

    async write(batch) {
      const share = partitions.get(batch.partition);
      if (!share)
        throw new UserError('failed', `${topic}/${batch.partition} was not started`, 'Report this.');
      const full = new Set<PendingFile>();
      for (const [i, record] of batch.records.entries()) {
        if (record.offset < share.next) continue;
        // Deleted and there anew: one after the other.
        if (record.value !== null && record.key !== null && share.graves.ids.has(record.key)) {
          full.clear();
          await flush(clock.now());
        }
        try {
          const waiting = take(share, record);
          if (waiting) full.add(waiting);
        } catch (error) {
          if (!(error instanceof InvalidRecord)) throw error;
          counts.rejected++;
          await context.reject(batch, i, error.message);
        }
        share.next = record.offset + 1;
      }
      share.next = Math.max(share.next, batch.next);
      const now = clock.now();
      if (share.next !== (share.committed ?? 0)) since ??= clock.monotonic();
      await storeFiles(
        [...full].map((waiting) => [share, waiting] as const),
        now,
        ({ rows }) => (rows.count >= settings.rows ? 'rows' : 'bytes'),
      );
      if (held.isFull()) await storeFiles(held.largest(waitingIn(shares())), now, () => 'memory');
    },

    due: (at) =>
      since !== undefined &&
      (at - since >= settings.every ||
        filesToName(shares()) >= mostFiles ||
        deletionsIn(shares()) >= MOST_GRAVES),

    flush,
    async stop(partition) {
      drop(partition);
    },
    async close() {
      for (const partition of [...partitions.keys()]) drop(partition);
    },
    counts: () => ({ ...counts }),
  };
}
