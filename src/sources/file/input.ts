import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { UserError } from '../../core/errors.ts';
import { fileReadError } from '../../core/text/file-read-error.ts';
import { GzipFault, gunzipped, isGzip } from './gzip.ts';

/** Raw bytes looked at before reading: they tell gzip from text and make the fingerprint. */
const FIRST_BLOCK = 8192;
/** Size of a read. A block of it holds about 500 candles, which makes one chunk of records. */
const READ_BYTES = 32 * 1024;

/** A file as it lies on the disk. */
export interface Found {
  /** False for pipes and devices: they can be read once, from where they are. */
  readonly regular: boolean;
  readonly gzip: boolean;
  /** Bytes on the disk. */
  readonly size: number;
  /** The first bytes of the text, decompressed. */
  readonly head: Buffer;
}

/** A failed read as a UserError; `usage` where the path is to blame. */
export function readProblem(file: string, cause: unknown): UserError {
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
  if (code.startsWith('Z_'))
    return new UserError(
      'damaged',
      `--file ${file}: its gzip stream is broken or cut short (${message})`,
      'What came before the fault was imported; get the whole file and run again.',
      false,
      { cause },
    );
  return fileReadError(`--file ${file}`, cause);
}

/** The text that the first bytes of a gzip file hold, up to a fault: the reader that follows meets it again. */
async function inflateSome(raw: Buffer): Promise<Buffer> {
  const parts: Buffer[] = [];
  try {
    for await (const part of gunzipped(Readable.from([raw]))) parts.push(part);
  } catch (cause) {
    if (!(cause instanceof GzipFault)) throw cause;
  }
  return Buffer.concat(parts);
}

/** Throws UserError for a path that cannot be read. */
export async function findFile(file: string, path: string): Promise<Found> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
    // A pipe is not opened to look at it: closing it again would break its writer.
    if (!stats.isFile()) return { regular: false, gzip: false, size: 0, head: Buffer.alloc(0) };
    const handle = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(FIRST_BLOCK), 0, FIRST_BLOCK, 0);
      const raw = buffer.subarray(0, bytesRead);
      const gzip = isGzip(raw);
      return { regular: true, gzip, size: stats.size, head: gzip ? await inflateSome(raw) : raw };
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw readProblem(file, cause);
  }
}

/** The decompressed bytes of a regular file from `from` on; a plain file is not read up to there, gzip is. */
export async function* readBytes(path: string, gzip: boolean, from: number): AsyncGenerator<Buffer> {
  const raw = createReadStream(path, { highWaterMark: READ_BYTES, start: gzip ? 0 : from });
  if (!gzip) return yield* raw as AsyncIterable<Buffer>;
  let skip = from;
  for await (const chunk of gunzipped(raw)) {
    if (skip < chunk.length) yield skip > 0 ? chunk.subarray(skip) : chunk;
    skip = Math.max(0, skip - chunk.length);
  }
}

/** The decompressed bytes of standard input or a pipe, from where it is. Ends quietly when the signal aborts. */
export async function* readStream(stream: Readable, signal: AbortSignal): AsyncGenerator<Buffer> {
  const stop = (): void => void stream.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const first: Buffer[] = [];
    while (Buffer.concat(first).length < 2) {
      const { done, value } = await chunks.next();
      if (done) break;
      first.push(Buffer.from(value));
    }
    const start = Buffer.concat(first);
    const whole = (async function* () {
      yield start;
      yield* { [Symbol.asyncIterator]: () => chunks };
    })();
    yield* isGzip(start) ? gunzipped(whole) : whole;
  } catch (cause) {
    if (!signal.aborted) throw cause;
  } finally {
    signal.removeEventListener('abort', stop);
    stream.destroy();
  }
}

/** The beginning of a text, as a run has read it. */
export interface Beginning {
  /** CRC-32 of its bytes. */
  readonly sum: number;
  /** Whether it is empty or its last byte is a line end. */
  readonly endsLine: boolean;
}

const NEWLINE = 10;

/** The first `length` bytes of a text; undefined where it is shorter, or the signal aborts. Throws a GzipFault within them. */
export async function readBeginning(
  path: string,
  gzip: boolean,
  length: number,
  signal: AbortSignal,
): Promise<Beginning | undefined> {
  let sum = 0;
  let left = length;
  let last = NEWLINE;
  if (left > 0)
    for await (const chunk of readBytes(path, gzip, 0)) {
      const part = chunk.subarray(0, left);
      sum = crc32(part, sum);
      left -= part.length;
      last = part.at(-1) ?? last;
      if (left === 0 || signal.aborted) break;
    }
  return left > 0 ? undefined : { sum, endsLine: last === NEWLINE };
}

/** Throws UserError `usage` when the first bytes of a file are not those of a text. */
export function checkText(file: string, head: Buffer): void {
  if (!head.subarray(0, FIRST_BLOCK).includes(0)) return;
  throw new UserError(
    'usage',
    `--file ${file} is a binary file, or text in UTF-16`,
    'Give a CSV or JSON lines in UTF-8, plain or gzip.',
  );
}
