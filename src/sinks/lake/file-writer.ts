import { randomUUID } from 'node:crypto';
import type { Millis } from '../../core/time.ts';
import { inParallel } from '../in-parallel.ts';
import type { SinkContext } from '../sink.ts';
import { addOf } from './delta.ts';
import type { Waiting } from './folders.ts';
import { FORMATS } from './formats.ts';
import type { HeldRows } from './held-rows.ts';
import type { Layout } from './layout.ts';
import type { Share, ToStore } from './share.ts';
import { type Store, sizeOf } from './store.ts';

/** Files on their way to the store at once, and the memory of their rows. */
const FILES_AT_ONCE = 4;
const BYTES_AT_ONCE = 16 * 2 ** 20;

/** Why a file was closed. */
type Reason = 'rows' | 'bytes' | 'memory' | 'time';

/** What a writer counts: rows left out for being of deleted posts, and files by the reason why they were closed. */
type Counts = Record<'purged' | `closed_by_${Reason}`, number>;
export const noFiles: Readonly<Counts> = {
  purged: 0,
  closed_by_rows: 0,
  closed_by_bytes: 0,
  closed_by_memory: 0,
  closed_by_time: 0,
};

/** Steps 1 and 2 of a flush for each of these; their rows are let go. */
export type WriteFiles = (
  files: readonly ToStore[],
  now: Millis,
  why: (waiting: Waiting) => Reason,
) => Promise<void>;

export function fileWriter(
  store: Store,
  settings: Pick<Layout, 'table' | 'format'>,
  { topic, dataset, reached }: Pick<SinkContext, 'topic' | 'dataset' | 'reached'>,
  held: HeldRows,
  counts: Counts,
): WriteFiles {
  const { extension, encode } = FORMATS[settings.format];
  const { columns } = held;

  /**
   * Answers the path. A file of this name that is there already holds the same records: it was put by a process that
   * died, or by this one whose answer was lost. One of another size was made by another version of the program: it is
   * left alone, and so is the name of one that lacks posts deleted since.
   */
  async function put(name: string, chunks: readonly Uint8Array[], isWhole: boolean): Promise<string> {
    const path = `${name}.${extension}`;
    if (settings.table === 'plain') {
      await store.put(path, chunks);
      return path;
    }
    if (isWhole && ((await store.putIfAbsent(path, chunks)) || (await store.size(path)) === sizeOf(chunks)))
      return path;
    const other = `${name}-${randomUUID()}.${extension}`;
    await store.put(other, chunks);
    return other;
  }

  /** The name says which records are in the file, so that a redo finds it. */
  async function write(share: Share, waiting: Waiting, now: Millis): Promise<void> {
    const rows = held.gather(share, waiting);
    const left = waiting.rows.count - rows.count;
    counts.purged += left;
    if (rows.count === 0) return held.forget(share, waiting);
    const { chunks, stats } = await encode(columns, rows);
    reached(1);
    const name = `${waiting.path}/${topic}-${share.partition}-${waiting.first}-${waiting.last}`;
    const path = await put(name, chunks, left === 0);
    reached(2);
    const folder = Object.fromEntries(
      dataset.partitionBy.map((column, i) => [column, waiting.values[i] ?? null]),
    );
    const size = sizeOf(chunks);
    share.files.push(addOf({ path, folder, size, modified: now, rows: rows.count, columns, stats }));
    held.forget(share, waiting);
  }

  return async (files, now, why) => {
    for (const [, waiting] of files) counts[`closed_by_${why(waiting)}`]++;
    const largest = files.reduce((most, [, { rows }]) => Math.max(most, rows.bytes), 1);
    const atOnce = Math.max(1, Math.min(FILES_AT_ONCE, Math.floor(BYTES_AT_ONCE / largest)));
    await inParallel(files, atOnce, ([share, waiting]) => write(share, waiting, now));
  };
}
