import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { UserError } from '../../../core/errors.ts';
import { fileReadError } from '../../../core/text/file-read-error.ts';
import { gunzipped } from './gzip.ts';
import { type Packing, packingOf, refuseUnreadable } from './packing.ts';
import { unzipped } from './zip.ts';

/** First bytes of the text: they tell what it is, and are part of the position. */
export const HEAD_BYTES = 64 * 1024;
/** Size of a read. A block of it holds some 2,000 bars, which make one chunk of records. */
export const READ_BYTES = 128 * 1024;

/** A file as it lies on the disk. */
export interface OpenedFile {
  /** As the user named it. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** False for pipes and devices: they can be read once, from where they are. */
  readonly isRegular: boolean;
  readonly packing: Packing;
  /** Bytes on the disk. */
  readonly size: number;
  /** The first bytes of the text, decompressed; empty where the file is not regular. */
  readonly head: Buffer;
  /** Whether `head` is all of the text. */
  readonly isHeadAll: boolean;
}

/** A failed read as a UserError; `usage` where the path is to blame. */
export function readError(file: string, cause: unknown): UserError {
  if (cause instanceof UserError) return cause;
  const { code = '', message } = cause as NodeJS.ErrnoException;
  if (code === 'Z_TRAILING_BYTES')
    return new UserError(
      'damaged',
      `--file ${file}: its gzip stream is whole, but ${message}`,
      'Its whole lines were imported; remove what follows it, or import that by itself.',
      false,
      { cause },
    );
  if (code.startsWith('Z') && code !== 'Z_OK')
    return new UserError(
      'damaged',
      `--file ${file}: its ${code.startsWith('ZSTD') ? 'zstd' : 'gzip'} stream is broken or cut short (${message})`,
      'What came before the fault was imported; get the whole file and run again.',
      false,
      { cause },
    );
  return fileReadError(`--file ${file}`, cause);
}

/** Node has zstd since 22.15; its types for Node 20 do not. */
type Zstd = { readonly createZstdDecompress?: () => NodeJS.ReadWriteStream };

function unpackZstd(file: string): NodeJS.ReadWriteStream {
  const { createZstdDecompress } = zlib as Zstd;
  if (createZstdDecompress !== undefined) return createZstdDecompress();
  throw new UserError(
    'usage',
    `--file ${file} is compressed with zstd, which this Node cannot read`,
    `Use Node 22.15 or later, or unpack it: zstd -dc ${file} | cryptopipe ... --file -.`,
  );
}

async function* unzstd(file: string, raw: Readable): AsyncGenerator<Buffer> {
  const unpacked = unpackZstd(file);
  raw.on('error', (error) => unpacked.emit('error', error));
  yield* raw.pipe(unpacked) as unknown as AsyncIterable<Buffer>;
}

type Packed = Pick<OpenedFile, 'name' | 'path' | 'packing'>;

/** The decompressed bytes of a regular file from `from` on; a plain file is not read up to there, others are. */
export async function* readBytes({ name, path, packing }: Packed, from = 0): AsyncGenerator<Buffer> {
  if (packing === 'plain') {
    yield* createReadStream(path, { highWaterMark: READ_BYTES, start: from }) as AsyncIterable<Buffer>;
    return;
  }
  const raw = () => createReadStream(path, { highWaterMark: READ_BYTES });
  const unpacked =
    packing === 'gzip'
      ? gunzipped(raw())
      : packing === 'zip'
        ? unzipped(name, path, READ_BYTES)
        : unzstd(name, raw());
  let skip = from;
  for await (const chunk of joined(unpacked)) {
    if (skip < chunk.length) yield skip > 0 ? chunk.subarray(skip) : chunk;
    skip = Math.max(0, skip - chunk.length);
  }
}

/** Decompression gives small chunks: joined, they make blocks as large as those of a plain file. Keeps all before a fault. */
async function* joined(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let size = 0;
  let fault: unknown;
  try {
    for await (const chunk of chunks) {
      parts.push(chunk);
      size += chunk.length;
      if (size < READ_BYTES) continue;
      yield parts.length === 1 ? chunk : Buffer.concat(parts);
      parts = [];
      size = 0;
    }
  } catch (cause) {
    fault = cause;
  }
  if (size > 0) yield Buffer.concat(parts);
  if (fault !== undefined) throw fault;
}

/** Takes bytes until there are `count` of them; what follows stays in the iterator. A fault ends them, and comes again later. */
async function take(chunks: AsyncIterable<Buffer>, count: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of chunks) {
      parts.push(chunk);
      size += chunk.length;
      if (size >= count) break;
    }
  } catch (cause) {
    if (cause instanceof UserError || !`${(cause as NodeJS.ErrnoException).code}`.startsWith('Z'))
      throw cause;
  }
  return Buffer.concat(parts).subarray(0, count);
}

/** Throws UserError for a path that cannot be read, or a format that is not. */
export async function openFile(name: string, path: string): Promise<OpenedFile> {
  const pipe = {
    name,
    path,
    isRegular: false,
    packing: 'plain' as const,
    size: 0,
    head: Buffer.alloc(0),
    isHeadAll: false,
  };
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
    // A pipe is not opened to look at it: closing it again would break its writer.
    if (!stats.isFile()) return pipe;
    const handle = await open(path, 'r');
    const { buffer, bytesRead } = await handle
      .read(Buffer.alloc(512), 0, 512, 0)
      .finally(() => handle.close());
    const start = buffer.subarray(0, bytesRead);
    const packing = packingOf(start);
    if (packing === 'plain') refuseUnreadable(name, start);
    const file = { name, path, packing };
    const head = await take(readBytes(file), HEAD_BYTES + 1);
    refuseUnreadable(name, head);
    const isHeadAll = head.length <= HEAD_BYTES;
    return { ...file, isRegular: true, size: stats.size, head: head.subarray(0, HEAD_BYTES), isHeadAll };
  } catch (cause) {
    throw readError(name, cause);
  }
}

/** The bytes of standard input or a pipe, from where it is; decompressed, but for zip. Ends quietly when the signal aborts. */
export async function* readStream(stream: Readable, signal: AbortSignal): AsyncGenerator<Buffer> {
  const stop = (): void => void stream.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const first: Buffer[] = [];
    while (Buffer.concat(first).length < 4) {
      const { done, value } = await chunks.next();
      if (done) break;
      first.push(Buffer.from(value));
    }
    const start = Buffer.concat(first);
    const whole = (async function* () {
      yield start;
      yield* { [Symbol.asyncIterator]: () => chunks };
    })();
    const packing = packingOf(start);
    if (packing === 'gzip') yield* gunzipped(whole);
    else if (packing === 'zstd') yield* unzstd('-', Readable.from(whole));
    else yield* whole;
  } catch (cause) {
    if (!signal.aborted) throw cause;
  } finally {
    signal.removeEventListener('abort', stop);
    stream.destroy();
  }
}
