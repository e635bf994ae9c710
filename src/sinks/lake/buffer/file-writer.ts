import { createHash, randomUUID } from 'node:crypto';
import { fittingName } from '../../../core/text/topic-name.ts';
import type { Millis } from '../../../core/util/time.ts';
import { inParallel } from '../../in-parallel.ts';
import type { SinkContext } from '../../sink.ts';
import { addOf } from '../delta/actions.ts';
import { activeFiles } from '../delta/files-at.ts';
import type { Layout } from '../layout.ts';
import { FORMATS } from '../parquet/columns/formats.ts';
import { type Store, sizeOf } from '../store/store.ts';
import type { PendingFile } from './folders.ts';
import type { PartitionWriter, ToStore } from './partition-writer.ts';
import type { RowBuffer } from './row-buffer.ts';

/** Files on their way to the store at once, and the memory of their rows. */
const FILES_AT_ONCE = 4;
const BYTES_AT_ONCE = 16 * 2 ** 20;

/** Longest name of a file here, in bytes, and of all file systems in common use. */
export const LONGEST_FILE = 255;
/** What of it is for the topic; partition, offsets, a UUID and the extension take the rest. */
const LONGEST_TOPIC = 160;

/** A topic as the name of a file begins with it; of a long one the beginning, and a digest of the whole. */
export const topicPart = (topic: string): string => fittingName(topic, LONGEST_TOPIC);

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
  why: (waiting: PendingFile) => Reason,
) => Promise<void>;

/** Keys of the files that the table has; read when a name is taken, which is rare. */
type Known = () => ReturnType<typeof activeFiles>;

function digest(group: string, chunks: readonly Uint8Array[]): string {
  const hash = createHash('sha256').update(`${group}\0`);
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex').slice(0, 16);
}

/** Whether a file is of a lake without a log; a Delta table's have no digest in their names. */
export const isPlainName = (path: string): boolean => /-[0-9a-f]{16}\.(parquet|jsonl\.gz)$/.test(path);

export function fileWriter(
  store: Store,
  settings: Pick<Layout, 'table' | 'format'>,
  { topic, dataset, group, reached }: Pick<SinkContext, 'topic' | 'dataset' | 'group' | 'reached'>,
  held: RowBuffer,
  counts: Counts,
): WriteFiles {
  const { extension, encode } = FORMATS[settings.format];
  const { columns } = held;

  /** Of other groups, or of another bus, files of the same offsets have other names; a redo has the same. */
  async function putPlain(name: string, chunks: readonly Uint8Array[]): Promise<string> {
    const path = `${name}-${digest(group, chunks)}.${extension}`;
    await store.put(path, chunks);
    return path;
  }

  /**
   * A file of this name may be there: one with the same bytes that the table does not have was put by a process that died,
   * or by this one whose answer was lost. Any other is left alone, and so is the name of one that lacks posts deleted since.
   */
  async function put(name: string, chunks: readonly Uint8Array[], isWhole: boolean, known: Known) {
    const path = `${name}.${extension}`;
    if (isWhole && ((await store.putIfAbsent(path, chunks)) || (await isLeft(path, chunks, known))))
      return path;
    const other = `${name}-${randomUUID()}.${extension}`;
    await store.put(other, chunks);
    return other;
  }

  async function isLeft(path: string, chunks: readonly Uint8Array[], known: Known): Promise<boolean> {
    if ((await store.size(path)) !== sizeOf(chunks)) return false;
    return (await store.get(path))?.equals(Buffer.concat(chunks)) === true && !(await known()).has(path);
  }

  /** The name says which records are in the file, so that a redo finds it. */
  async function write(
    share: PartitionWriter,
    waiting: PendingFile,
    now: Millis,
    known: Known,
  ): Promise<void> {
    const rows = held.gather(share, waiting);
    const left = waiting.rows.count - rows.count;
    counts.purged += left;
    if (rows.count === 0) return held.forget(share, waiting);
    const { chunks, stats } = await encode(columns, rows);
    reached(1);
    const name = `${waiting.path}/${topicPart(topic)}-${share.partition}-${waiting.first}-${waiting.last}`;
    const path = await (settings.table === 'plain'
      ? putPlain(name, chunks)
      : put(name, chunks, left === 0, known));
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
    let keys: ReturnType<Known> | undefined;
    const known: Known = () => {
      keys ??= activeFiles(store);
      return keys;
    };
    await inParallel(files, atOnce, ([share, waiting]) => write(share, waiting, now, known));
  };
}
