import { UserError } from '../../core/errors.ts';
import { InvalidRecord } from '../../core/stream/record.ts';
import type { Millis } from '../../core/util/time.ts';
import type { OpenSink, SinkContext, SinkHost, VisibleFile } from '../sink.ts';
import { fileWriter, MAX_FILE_NAME, NO_FILES } from './buffer/file-writer.ts';
import { newFolders, type PendingFile } from './buffer/folders.ts';
import {
  filesInNextCommit,
  filesToWrite,
  hasUncommitted,
  newPartitionWriter,
  type PartitionWriter,
  pendingDeletesIn,
  positionUpdates,
} from './buffer/partition-writer.ts';
import { recordBuffer } from './buffer/record-buffer.ts';
import type { Rotation } from './buffer/rotation.ts';
import { RowBuffer } from './buffer/row-buffer.ts';
import { recordReader } from './buffer/row-reader.ts';
import { flushPartitions } from './commit.ts';
import { openPlainTable, requireNoPlainFiles } from './delta/plain-table.ts';
import { tableSchema } from './delta/schema.ts';
import { readStoredPosition } from './delta/stored-position.ts';
import { openTable } from './delta/table.ts';
import type { Layout } from './layout.ts';
import { tombstoneHandler } from './purge/tombstones.ts';
import { removeLeftovers } from './store/leftovers.ts';
import type { TableStore } from './store/store.ts';

export type LakeSettings = Rotation & Pick<Layout, 'table' | 'format'>;

/** What a file costs from its first row to its commit besides its rows: a folder, a line of the log entry. */
const FILE_BYTES = 16 * 2 ** 10;

/** A commit is due at this many deletions, whatever the time. */
const MAX_PENDING_DELETES = 50_000;

/**
 * Writes one topic as a table in a store. A Delta table stores the positions itself, so each record is in it once. A
 * plain table leaves them to the group, so a crash may duplicate records.
 */
export async function openLake(
  store: TableStore,
  settings: LakeSettings,
  context: SinkContext,
  { openSinks, onFlushStep = () => {} }: Pick<SinkHost, 'openSinks' | 'onFlushStep'> = { openSinks: 1 },
): Promise<OpenSink> {
  const { dataset, topic, clock } = context;
  const folderBytes = store.maxPathBytes - MAX_FILE_NAME - 1;
  if (folderBytes < MAX_FILE_NAME)
    throw new UserError('usage', `${store.url} is too long a path for a table`, 'Choose a shorter one.');
  await removeLeftovers(store, context);
  const table =
    settings.table === 'plain'
      ? await openPlainTable(store)
      : await openTable(store, tableSchema(dataset), context);
  if (settings.table === 'delta' && table.version() < 0) await requireNoPlainFiles(store);
  const reader = recordReader(dataset, table.conflicts(), table.required());
  const rows = new RowBuffer(reader.columns, settings.maxMemory / 4 / openSinks);
  const counts = { rows: 0, files: 0, commits: 0, rejected: 0, tombstones: 0, left_out: 0, ...NO_FILES };
  const addRecord = recordBuffer(reader, rows, settings, counts);
  const addTombstone = tombstoneHandler(dataset, table, store.url, context.warn);
  const writeFiles = fileWriter(store, settings, context, rows, counts, onFlushStep);
  const partitions = new Map<number, PartitionWriter>();
  const writers = (): PartitionWriter[] => [...partitions.values()];
  /** A commit is due at this many files, whatever the time, because one log entry names them all. */
  const maxFiles = Math.max(100, Math.floor(rows.limit / FILE_BYTES));
  let lastFile: VisibleFile | undefined;
  /** Monotonic time of the oldest uncommitted change. */
  let uncommittedSince: Millis | undefined;

  /** Writes files before their commit. Checks the positions first: a zombie must not replace files of the new owner. */
  const writeEarly: typeof writeFiles = async (files, now, reasonOf) => {
    if (files.length === 0) return;
    await table.refresh(positionUpdates(writers().filter(hasUncommitted)));
    await writeFiles(files, now, reasonOf);
  };

  async function flush(now: Millis): Promise<void> {
    const writtenRows = () => writeFiles(filesToWrite(writers()), now, () => 'time');
    const target = { store, table, isDelta: settings.table === 'delta', columns: reader.columns };
    const done = await flushPartitions(target, writers(), writtenRows, now, context, onFlushStep);
    if (done === undefined) return;
    uncommittedSince = undefined;
    counts.purged += done.deletedRows;
    counts.files += done.files;
    counts.commits++;
    if (done.lastFile !== undefined) lastFile = { path: done.lastFile, at: now };
  }

  function drop(partition: number): void {
    const writer = partitions.get(partition);
    for (const pending of writer?.folders.all() ?? []) rows.release(writer!, pending);
    partitions.delete(partition);
  }

  return {
    async start(partition) {
      drop(partition);
      await table.refresh();
      const position = readStoredPosition(table, store.url, context, partition);
      const writer = newPartitionWriter(partition, position, newFolders(dataset.partitionBy, folderBytes));
      partitions.set(partition, writer);
      return settings.table === 'plain' ? undefined : writer.next;
    },

    async write(batch) {
      const writer = partitions.get(batch.partition);
      if (!writer)
        throw new UserError('failed', `${topic}/${batch.partition} was not started`, 'Report this.');
      const full = new Set<PendingFile>();
      for (const [i, record] of batch.records.entries()) {
        if (record.offset < writer.next) continue;
        // The delete must be committed before a new record with the same key, or it would remove that one too.
        if (record.value !== null && record.key !== null && writer.pendingDeletes.ids.has(record.key)) {
          full.clear();
          await flush(clock.now());
        }
        try {
          if (record.value === null) {
            counts.tombstones++;
            addTombstone(writer, record.key, record.offset);
          } else {
            const filled = addRecord(writer, record.value, record.offset);
            if (filled) full.add(filled);
          }
        } catch (error) {
          if (!(error instanceof InvalidRecord)) throw error;
          counts.rejected++;
          await context.reject(batch, i, error.message);
        }
        writer.next = record.offset + 1;
      }
      writer.next = Math.max(writer.next, batch.next);
      const now = clock.now();
      if (hasUncommitted(writer)) uncommittedSince ??= clock.monotonic();
      await writeEarly(
        [...full].map((pending) => [writer, pending] as const),
        now,
        (pending) => (pending.rows.count >= settings.rows ? 'rows' : 'bytes'),
      );
      if (rows.isFull()) await writeEarly(rows.largest(filesToWrite(writers())), now, () => 'memory');
    },

    due: (at) =>
      uncommittedSince !== undefined &&
      (at - uncommittedSince >= settings.every ||
        filesInNextCommit(writers()) >= maxFiles ||
        pendingDeletesIn(writers()) >= MAX_PENDING_DELETES),

    flush,
    async stop(partition) {
      drop(partition);
    },
    async close() {
      for (const partition of [...partitions.keys()]) drop(partition);
    },
    counts: () => ({ ...counts }),
    lastFile: () => lastFile,
  };
}
