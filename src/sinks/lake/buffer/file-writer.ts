import { createHash, randomUUID } from 'node:crypto';
import { fittingName } from '../../../core/text/topic-name.ts';
import type { Millis } from '../../../core/util/time.ts';
import { inParallel } from '../../in-parallel.ts';
import type { SinkContext } from '../../sink.ts';
import { addOf } from '../delta/actions.ts';
import { activeFiles } from '../delta/files-at.ts';
import type { Layout } from '../layout.ts';
import { FORMATS } from '../parquet/columns/formats.ts';
import { sizeOf, type TableStore } from '../store/store.ts';
import type { PendingFile } from './folders.ts';
import type { FileToWrite, PartitionWriter } from './partition-writer.ts';
import type { RowBuffer } from './row-buffer.ts';

/** Limits of concurrent uploads: files, and memory of their rows. */
const MAX_PARALLEL_FILES = 4;
const MAX_PARALLEL_BYTES = 16 * 2 ** 20;

/** Longest file name in bytes; also the limit of common file systems. */
export const MAX_FILE_NAME = 255;
/** The topic's part of it; partition, offsets, a UUID and the extension need the rest. */
const MAX_TOPIC_BYTES = 160;

/** The topic's part of a file name; a long topic is cut and gets a digest of the whole name. */
export const topicPart = (topic: string): string => fittingName(topic, MAX_TOPIC_BYTES);

/** Why a file was closed. */
type Reason = 'rows' | 'bytes' | 'memory' | 'time';

/** Rows left out because their posts were deleted, and files by the reason why they were closed. */
type Counts = Record<'purged' | 'bytes' | `closed_by_${Reason}`, number>;
export const NO_FILES: Readonly<Counts> = {
  purged: 0,
  bytes: 0,
  closed_by_rows: 0,
  closed_by_bytes: 0,
  closed_by_memory: 0,
  closed_by_time: 0,
};

/** Steps 1 and 2 of a flush for each of these files; releases their rows. */
export type WriteFiles = (
  files: readonly FileToWrite[],
  now: Millis,
  reasonOf: (pending: PendingFile) => Reason,
) => Promise<void>;

/** Keys of the table's files; read only when a file name is taken, which is rare. */
type ActiveKeys = () => ReturnType<typeof activeFiles>;

function digest(group: string, chunks: readonly Uint8Array[]): string {
  const hash = createHash('sha256').update(`${group}\0`);
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex').slice(0, 16);
}

/** Whether a file belongs to a plain table; files of a Delta table have no digest in their names. */
export const isPlainName = (path: string): boolean => /-[0-9a-f]{16}\.(parquet|jsonl\.gz)$/.test(path);

export function fileWriter(
  store: TableStore,
  settings: Pick<Layout, 'table' | 'format'>,
  { topic, dataset, group }: Pick<SinkContext, 'topic' | 'dataset' | 'group'>,
  buffer: RowBuffer,
  counts: Counts,
  onStep: (step: number) => void,
): WriteFiles {
  const { extension, encode } = FORMATS[settings.format];
  const { columns } = buffer;

  /** The digest separates files of other groups or buses with the same offsets; a retry gets the same name. */
  async function putPlain(name: string, chunks: readonly Uint8Array[]): Promise<string> {
    const path = `${name}-${digest(group, chunks)}.${extension}`;
    await store.put(path, chunks);
    return path;
  }

  /**
   * When the name is taken: a file with the same bytes that the table does not have was stored by a process that died, or
   * by this one when the answer was lost, and is used. Any other file stays, and the new one gets a unique name; so does a
   * file that lacks deleted posts (not `isComplete`).
   */
  async function put(
    name: string,
    chunks: readonly Uint8Array[],
    isComplete: boolean,
    activeKeys: ActiveKeys,
  ): Promise<string> {
    const path = `${name}.${extension}`;
    const isStored = async () =>
      (await store.putIfAbsent(path, chunks)) || (await isUncommittedCopy(path, chunks, activeKeys));
    if (isComplete && (await isStored())) return path;
    const unique = `${name}-${randomUUID()}.${extension}`;
    await store.put(unique, chunks);
    return unique;
  }

  async function isUncommittedCopy(
    path: string,
    chunks: readonly Uint8Array[],
    activeKeys: ActiveKeys,
  ): Promise<boolean> {
    if ((await store.size(path)) !== sizeOf(chunks)) return false;
    return (await store.get(path))?.equals(Buffer.concat(chunks)) === true && !(await activeKeys()).has(path);
  }

  /** The file name holds topic, partition and offsets, so that a retry after a crash finds the file. */
  async function write(
    writer: PartitionWriter,
    pending: PendingFile,
    now: Millis,
    activeKeys: ActiveKeys,
  ): Promise<void> {
    const rows = buffer.take(writer, pending);
    const deleted = pending.rows.count - rows.count;
    counts.purged += deleted;
    if (rows.count === 0) return buffer.release(writer, pending);
    const { chunks, stats } = await encode(columns, rows);
    onStep(1);
    const name = `${pending.path}/${topicPart(topic)}-${writer.partition}-${pending.first}-${pending.last}`;
    const path = await (settings.table === 'plain'
      ? putPlain(name, chunks)
      : put(name, chunks, deleted === 0, activeKeys));
    onStep(2);
    const folder = Object.fromEntries(
      dataset.partitionBy.map((column, i) => [column, pending.values[i] ?? null]),
    );
    const size = sizeOf(chunks);
    counts.bytes += size;
    writer.files.push(addOf({ path, folder, size, modified: now, rows: rows.count, columns, stats }));
    buffer.release(writer, pending);
  }

  return async (files, now, reasonOf) => {
    for (const [, pending] of files) counts[`closed_by_${reasonOf(pending)}`]++;
    const largest = files.reduce((most, [, { rows }]) => Math.max(most, rows.bytes), 1);
    const parallel = Math.max(1, Math.min(MAX_PARALLEL_FILES, Math.floor(MAX_PARALLEL_BYTES / largest)));
    let keys: ReturnType<ActiveKeys> | undefined;
    const activeKeys: ActiveKeys = () => {
      keys ??= activeFiles(store);
      return keys;
    };
    await inParallel(files, parallel, ([writer, pending]) => write(writer, pending, now, activeKeys));
  };
}
