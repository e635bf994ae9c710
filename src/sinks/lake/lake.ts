import { Problem } from '../../core/problem.ts';
import { type StoredRecord, Unreadable } from '../../core/record.ts';
import type { Millis } from '../../core/time.ts';
import { isOfPosts } from '../../market/datasets.ts';
import { inParallel } from '../in-parallel.ts';
import type { OpenSink, SinkContext } from '../sink.ts';
import { newArena } from './arena.ts';
import { bury } from './burial.ts';
import { addOf, keyOf } from './delta.ts';
import { filePutter } from './file-putter.ts';
import type { Waiting } from './folders.ts';
import { FORMATS } from './formats.ts';
import { placesWithout } from './graves.ts';
import type { Layout } from './layout.ts';
import { plainTable } from './plain-table.ts';
import type { Rotation } from './rotation.ts';
import { rowReader } from './row-reader.ts';
import { tableSchema } from './schema.ts';
import { hasMoved, movesOf, newShare, type Share, settle } from './share.ts';
import { type Store, sizeOf } from './store.ts';
import { openTable } from './table.ts';

export type LakeSettings = Rotation & Pick<Layout, 'table' | 'format'>;

/** Files on their way to the store at once, and the memory of their rows. */
const FILES_AT_ONCE = 4;
const BYTES_AT_ONCE = 16 * 2 ** 20;
/** What a file costs from its first row to its commit besides its rows: a folder, a line of the log entry. */
const FILE_BYTES = 16 * 2 ** 10;

/** A commit is due at so many deletions. */
const MOST_GRAVES = 50_000;

/** Why a file was closed. */
type Reason = 'rows' | 'bytes' | 'memory' | 'time';

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
  const table =
    settings.table === 'plain'
      ? plainTable
      : await openTable(store, tableSchema(dataset), { now: clock.now(), warn: context.warn });
  const format = FORMATS[settings.format];
  const reader = rowReader(dataset, table.conflicts(), table.demanded());
  const arena = newArena(reader.columns);
  const putFile = filePutter(store, format.extension, settings.table);
  const buries = isOfPosts(dataset);
  let warned = false;
  const shares = new Map<number, Share>();
  const counts = { rows: 0, files: 0, commits: 0, rejected: 0, tombstones: 0, purged: 0, left_out: 0 };
  const closed = { closed_by_rows: 0, closed_by_bytes: 0, closed_by_memory: 0, closed_by_time: 0 };
  const heldLimit = settings.maxMemory / 4 / context.sharers;
  /** A commit is due at so many files, whatever the time: it names all of them at once. */
  const mostFiles = Math.max(100, Math.floor(heldLimit / FILE_BYTES));
  let heldBytes = 0;
  /** Clock time since which something waits for a commit. */
  let since: Millis | undefined;

  /** Step 1 and 2 of a flush for one file; the name says which records are in it, so that a redo finds it. */
  async function storeFile(share: Share, waiting: Waiting, now: Millis): Promise<void> {
    const { columns } = reader;
    const { first, last } = waiting;
    const all = arena.gather(waiting.rows);
    const kept = placesWithout(columns, all, share.graves.ids);
    const rows = kept === undefined ? all : arena.gather(waiting.rows, kept);
    counts.purged += all.count - rows.count;
    if (rows.count === 0) return forget(share, waiting);
    const { chunks, stats } = await format.encode(columns, rows);
    reached(1);
    const name = `${waiting.path}/${topic}-${share.partition}-${first}-${last}`;
    const path = await putFile(name, chunks, kept === undefined);
    reached(2);
    const folder = Object.fromEntries(
      dataset.partitionBy.map((column, i) => [column, waiting.values[i] ?? null]),
    );
    const size = sizeOf(chunks);
    share.files.push(addOf({ path, folder, size, modified: now, rows: rows.count, columns, stats }));
    forget(share, waiting);
  }

  function forget(share: Share, waiting: Waiting): void {
    share.folders.remove(waiting);
    arena.release(waiting.rows);
    heldBytes -= waiting.rows.bytes;
  }

  const moved = (): Share[] => [...shares.values()].filter(hasMoved);

  /** A zombie stops before it replaces a file of the process that took over. */
  async function storeFiles(
    files: readonly (readonly [Share, Waiting])[],
    now: Millis,
    why: (waiting: Waiting) => Reason,
  ): Promise<void> {
    if (files.length === 0) return;
    await table.refresh(now, movesOf(moved()));
    for (const [, waiting] of files) closed[`closed_by_${why(waiting)}`]++;
    const largest = files.reduce((most, [, { rows }]) => Math.max(most, rows.bytes), 1);
    const atOnce = Math.max(1, Math.min(FILES_AT_ONCE, Math.floor(BYTES_AT_ONCE / largest)));
    await inParallel(files, atOnce, ([share, waiting]) => storeFile(share, waiting, now));
  }

  const held = (): [Share, Waiting][] =>
    [...shares.values()].flatMap((share) =>
      share.folders.all().map((rows): [Share, Waiting] => [share, rows]),
    );

  const filesToName = (): number =>
    [...shares.values()].reduce((sum, { folders, files }) => sum + folders.count() + files.length, 0);

  const graves = (): number => [...shares.values()].reduce((sum, share) => sum + share.graves.ids.size, 0);

  /** The largest files early, until half of what may be held is free. */
  function storeLargest(now: Millis): Promise<void> {
    const largest = held().sort(([, a], [, b]) => b.rows.bytes - a.rows.bytes);
    let over = heldBytes - heldLimit / 2;
    const kept = largest.findIndex(([, { rows }]) => {
      if (over <= 0) return true;
      over -= rows.bytes;
      return false;
    });
    return storeFiles(kept < 0 ? largest : largest.slice(0, kept), now, () => 'memory');
  }

  /** A post was deleted: it is left out of what waits, and taken out of what is stored at the next flush. */
  function acceptTombstone({ graves, files }: Share, id: string | null, offset: number): void {
    counts.tombstones++;
    if (!buries || id === null) return;
    graves.bury(id, offset, files.length);
    if (warned || !table.onlyGrows()) return;
    warned = true;
    context.warn(
      `posts that X deleted stay in files already at ${store.url}: nothing can be taken out of it`,
    );
  }

  /** Takes a record over; gives its folder when that has rows enough for a file. Throws Unreadable. */
  function take(share: Share, { offset, key, value }: StoredRecord): Waiting | undefined {
    if (value === null) {
      acceptTombstone(share, key, offset);
      return undefined;
    }
    if (!reader.read(value)) {
      counts.left_out++;
      return undefined;
    }
    const waiting = share.folders.of(reader.keys, offset);
    const { rows } = waiting;
    const before = rows.bytes;
    arena.add(rows, reader.cells);
    waiting.last = offset;
    heldBytes += rows.bytes - before;
    counts.rows++;
    return rows.count >= settings.rows || rows.bytes >= settings.bytes ? waiting : undefined;
  }

  /**
   * The order of a flush. A process killed after any step leaves at most files that no log entry names; the next
   * one starts from the position in the table and makes them again.
   */
  async function flush(now: Millis): Promise<void> {
    const ready = moved();
    if (ready.length === 0) return;
    // 1. Close: rows become Parquet files. 2. Put: they are stored, one by one, durable and not yet seen.
    await storeFiles(held(), now, () => 'time');
    // Then what was deleted is taken out of all files, while the position is still before the tombstones.
    if (!table.onlyGrows()) counts.purged += await bury(store, ready, reader.columns, context);
    // 3. Commit: one log entry with all files, and with the position of each partition.
    const files = ready.flatMap((share) => share.files).sort((a, b) => (a.path < b.path ? -1 : 1));
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
    const share = shares.get(partition);
    for (const waiting of share?.folders.all() ?? []) forget(share!, waiting);
    shares.delete(partition);
  }

  return {
    async start(partition) {
      drop(partition);
      await table.refresh(clock.now());
      const appId = `${context.group}/${topic}/${partition}`;
      const committed = table.position(appId);
      shares.set(partition, newShare(partition, appId, committed, dataset.partitionBy));
      return settings.table === 'plain' ? undefined : (committed ?? 0);
    },

    async write(batch) {
      const share = shares.get(batch.partition);
      if (!share) throw new Problem('failed', `${topic}/${batch.partition} was not started`, 'Report this.');
      const full = new Set<Waiting>();
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
          if (!(error instanceof Unreadable)) throw error;
          counts.rejected++;
          await context.reject(batch, i, error.message);
        }
        share.next = record.offset + 1;
      }
      share.next = Math.max(share.next, batch.next);
      const now = clock.now();
      if (share.next !== (share.committed ?? 0)) since ??= now;
      await storeFiles(
        [...full].map((waiting) => [share, waiting] as const),
        now,
        ({ rows }) => (rows.count >= settings.rows ? 'rows' : 'bytes'),
      );
      if (heldBytes > heldLimit) await storeLargest(now);
    },

    due: (now) =>
      since !== undefined &&
      (now - since >= settings.every || filesToName() >= mostFiles || graves() >= MOST_GRAVES),

    flush,
    async stop(partition) {
      drop(partition);
    },
    async close() {
      for (const partition of [...shares.keys()]) drop(partition);
    },
    counts: () => ({ ...counts, ...closed }),
  };
}
