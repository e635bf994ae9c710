import { MINUTE, type Millis } from '../../core/util/time.ts';
import type { Column } from '../../market/catalog/columns.ts';
import type { SinkContext } from '../sink.ts';
import {
  hasUncommitted,
  type PartitionWriter,
  positionUpdates,
  setCommitted,
} from './buffer/partition-writer.ts';
import { keyOf } from './delta/actions.ts';
import { requireStored } from './delta/require-stored.ts';
import type { DeltaTable } from './delta/table.ts';
import { applyDeletes } from './purge/apply-deletes.ts';
import type { TableStore } from './store/store.ts';

/** After a flush this long, files that it wrote itself are checked again as well. */
const LONG_FLUSH_MS: Millis = MINUTE;

/** Where a flush goes. */
export interface FlushTarget {
  readonly store: TableStore;
  readonly table: DeltaTable;
  readonly isDelta: boolean;
  /** The columns that are stored in files. */
  readonly columns: readonly Column[];
}

/** What a flush committed. */
export interface Flushed {
  readonly files: number;
  /** The last of them by path; undefined if there is none. */
  readonly lastFile: string | undefined;
  readonly deletedRows: number;
}

/**
 * Makes all rows and deletes of the partitions durable; undefined when there were none. A process killed after any step
 * leaves at most files that no log entry names; the next process starts at the table's position and writes them again.
 * `writeRows` is steps 1 and 2: encode the buffered rows as files, and store these one by one, durable but not yet
 * visible.
 */
export async function flushPartitions(
  { store, table, isDelta, columns }: FlushTarget,
  writers: readonly PartitionWriter[],
  writeRows: () => Promise<void>,
  now: Millis,
  context: Pick<SinkContext, 'topic' | 'clock' | 'warn' | 'reject'>,
  onStep: (step: number) => void,
): Promise<Flushed | undefined> {
  const moved = writers.filter(hasUncommitted);
  if (moved.length === 0) return undefined;
  const { clock } = context;
  const began = clock.now();
  const storedEarly = new Set(moved.flatMap(({ files }) => files));
  await table.refresh(positionUpdates(moved));
  await writeRows();
  // Deletes come before the position moves past their tombstones, so that a restart reads these again.
  const snapshot = table.appendOnlyReason() === undefined ? table.snapshot() : undefined;
  const deletedRows = snapshot ? await applyDeletes(store, snapshot, moved, columns, context) : 0;
  const files = moved.flatMap((writer) => writer.files).sort((a, b) => (a.path < b.path ? -1 : 1));
  if (isDelta) {
    // Until the first commit, removing the table's folder leaves no trace in a log.
    const checkAll = table.version() < 0 || clock.now() - began >= LONG_FLUSH_MS;
    await requireStored(store, checkAll ? files : files.filter((file) => storedEarly.has(file)));
  }
  onStep(3);
  // 3. Commit: one log entry with all files and the position of each partition.
  await table.commit(files, positionUpdates(moved), now);
  onStep(4);
  // 4. Remove the files that deletes replaced before they were ever committed.
  const discarded = moved.flatMap((writer) => writer.discarded);
  for (const writer of moved) setCommitted(writer);
  for (const { path } of discarded) await store.remove(keyOf(path));
  return { files: files.length, lastFile: files.at(-1)?.path, deletedRows };
}
