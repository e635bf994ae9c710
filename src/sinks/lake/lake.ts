import { Problem } from '../../core/problem.ts';
import { type StoredRecord, Unreadable } from '../../core/record.ts';
import type { Millis } from '../../core/time.ts';
import type { OpenSink, SinkContext } from '../sink.ts';
import { newArena } from './arena.ts';
import { type AddedFile, tableSchema } from './delta.ts';
import { type Folders, newFolders, type Waiting } from './folders.ts';
import { inParallel } from './in-parallel.ts';
import { encodeParquet } from './parquet.ts';
import type { Rotation } from './rotation.ts';
import { rowReader } from './row-reader.ts';
import type { Store } from './store.ts';
import { type Move, type Moves, openTable } from './table.ts';

/** One partition of the topic, while it is ours. */
interface Share {
  readonly partition: number;
  /** Names its position in the table. */
  readonly appId: string;
  /** That position; undefined before its first commit. */
  committed: number | undefined;
  /** The next offset to take; what is below is in the table, in `folders` or in `files`. */
  next: number;
  readonly folders: Folders;
  /** In the store, but in no log entry yet: no reader sees them. */
  files: AddedFile[];
}

/** Files on their way to the store at once, and the memory of their rows. */
const FILES_AT_ONCE = 4;
const BYTES_AT_ONCE = 16 * 2 ** 20;

/** Keeps one topic as a Delta table in a store, each record once: the table itself holds the positions. */
export async function openLake(store: Store, rotation: Rotation, context: SinkContext): Promise<OpenSink> {
  const { dataset, topic } = context;
  const table = await openTable(store, tableSchema(dataset));
  const reader = rowReader(dataset);
  const arena = newArena(reader.columns);
  const shares = new Map<number, Share>();
  const counts = { rows: 0, files: 0, commits: 0, rejected: 0, tombstones: 0 };
  const heldLimit = rotation.maxMemory / 4 / context.sharers;
  let heldBytes = 0;
  /** Clock time since which something waits for a commit. */
  let since: Millis | undefined;

  /** Step 1 and 2 of a flush for one file; the name says which records are in it, so that a redo replaces it. */
  async function storeFile(share: Share, waiting: Waiting, now: Millis): Promise<void> {
    const { columns } = reader;
    const rows = waiting.rows;
    const { chunks, stats } = await encodeParquet(columns, arena.gather(rows));
    const path = `${waiting.path}/${topic}-${share.partition}-${waiting.first}-${waiting.last}.parquet`;
    await store.put(path, chunks);
    const folder = Object.fromEntries(
      dataset.partitionBy.map((name, i) => [name, waiting.values[i] ?? null]),
    );
    const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    share.files.push({ path, folder, size, modified: now, rows: rows.count, columns, stats });
    forget(share, waiting);
  }

  function forget(share: Share, waiting: Waiting): void {
    share.folders.remove(waiting);
    arena.release(waiting.rows);
    heldBytes -= waiting.rows.bytes;
  }

  const moved = (): Share[] =>
    [...shares.values()].filter(({ committed, next }) => next !== (committed ?? 0));
  const moves = (): Moves =>
    new Map(
      moved().map(({ appId, committed, next }): [string, Move] => [appId, { from: committed, to: next }]),
    );

  /** A zombie stops before it replaces a file of the process that took over. */
  async function storeFiles(files: readonly (readonly [Share, Waiting])[], now: Millis): Promise<void> {
    if (files.length === 0) return;
    await table.refresh(moves());
    const largest = files.reduce((most, [, { rows }]) => Math.max(most, rows.bytes), 1);
    const atOnce = Math.max(1, Math.min(FILES_AT_ONCE, Math.floor(BYTES_AT_ONCE / largest)));
    await inParallel(files, atOnce, ([share, waiting]) => storeFile(share, waiting, now));
  }

  const held = (): [Share, Waiting][] =>
    [...shares.values()].flatMap((share) =>
      share.folders.all().map((rows): [Share, Waiting] => [share, rows]),
    );

  /** The largest files early, until half of what may be held is free. */
  function storeLargest(now: Millis): Promise<void> {
    const largest = held().sort(([, a], [, b]) => b.rows.bytes - a.rows.bytes);
    let over = heldBytes - heldLimit / 2;
    const kept = largest.findIndex(([, { rows }]) => {
      if (over <= 0) return true;
      over -= rows.bytes;
      return false;
    });
    return storeFiles(kept < 0 ? largest : largest.slice(0, kept), now);
  }

  /** Takes a record over; gives its folder when that has rows enough for a file. Throws Unreadable. */
  function take({ folders }: Share, { offset, value }: StoredRecord): Waiting | undefined {
    if (value === null) {
      counts.tombstones++;
      return undefined;
    }
    reader.read(value);
    const waiting = folders.of(reader.keys, offset);
    const { rows } = waiting;
    const before = rows.bytes;
    arena.add(rows, reader.cells);
    waiting.last = offset;
    heldBytes += rows.bytes - before;
    counts.rows++;
    return rows.count >= rotation.rows || rows.bytes >= rotation.bytes ? waiting : undefined;
  }

  function drop(partition: number): void {
    const share = shares.get(partition);
    for (const waiting of share?.folders.all() ?? []) forget(share!, waiting);
    shares.delete(partition);
  }

  return {
    async start(partition) {
      drop(partition);
      await table.refresh();
      const appId = `${context.group}/${topic}/${partition}`;
      const committed = table.position(appId);
      const folders = newFolders(dataset.partitionBy);
      shares.set(partition, { partition, appId, committed, next: committed ?? 0, folders, files: [] });
      return committed ?? 0;
    },

    async write(batch) {
      const share = shares.get(batch.partition);
      if (!share) throw new Problem('failed', `${topic}/${batch.partition} was not started`, 'Report this.');
      const full = new Set<Waiting>();
      for (const [i, record] of batch.records.entries()) {
        if (record.offset < share.next) continue;
        try {
          const waiting = take(share, record);
          if (waiting) full.add(waiting);
        } catch (error) {
          if (!(error instanceof Unreadable)) throw error;
          counts.rejected++;
          await context.reject(batch, i, error.message);
        }
        share.next = record.offset + 1;
      }
      share.next = Math.max(share.next, batch.next);
      const now = context.now();
      if (share.next !== (share.committed ?? 0)) since ??= now;
      await storeFiles(
        [...full].map((waiting) => [share, waiting] as const),
        now,
      );
      if (heldBytes > heldLimit) await storeLargest(now);
    },

    due: (now) => since !== undefined && now - since >= rotation.every,

    /**
     * The order of a flush. A process killed after any step leaves at most files that no log entry names; the next
     * one starts from the position in the table and makes them again.
     */
    async flush(now) {
      const ready = moved();
      if (ready.length === 0) return;
      // 1. Close: rows become Parquet files. 2. Put: they are stored, one by one, durable and not yet seen.
      await storeFiles(held(), now);
      // 3. Commit: one log entry with all files, and with the position of each partition.
      const files = ready.flatMap((share) => share.files).sort((a, b) => (a.path < b.path ? -1 : 1));
      await table.commit(files, moves(), now);
      for (const share of ready) {
        share.committed = share.next;
        share.files = [];
      }
      since = undefined;
      counts.files += files.length;
      counts.commits++;
    },

    async stop(partition) {
      drop(partition);
    },
    async close() {
      for (const partition of [...shares.keys()]) drop(partition);
    },
    counts: () => ({ ...counts }),
  };
}
