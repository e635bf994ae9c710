import { createReadStream } from 'node:fs';
import { crc32 } from 'node:zlib';
import { type OpenedFile, READ_BYTES, readBytes } from './bytes/input.ts';
import { spool } from './bytes/spool.ts';
import { readLinesBackwards } from './rows/backwards.ts';
import { type Block, countByte, FILE_START, NEWLINE, type Spot } from './rows/block.ts';
import { hasLines, readBlocks } from './rows/blocks.ts';
import type { FileKind } from './rows/kind.ts';
import { readParquet } from './rows/parquet.ts';

/** What a file is as it lies on the disk. */
export interface FileIdentity {
  readonly size: number;
  /** CRC-32 of all bytes. */
  readonly sum: number;
  /** Line ends in it. */
  readonly lines: number;
}

export async function identifyFile(path: string, newline = NEWLINE): Promise<FileIdentity> {
  let [size, sum, lines] = [0, 0, 0];
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    sum = crc32(chunk, sum);
    lines += countByte(chunk, newline);
  }
  return { size, sum, lines };
}

/** All rows of a regular file, in its order. */
export const allBlocks = (file: OpenedFile, kind: FileKind): AsyncIterable<Block> =>
  kind.kind === 'parquet' ? readParquet(file.name, file.path) : readBlocks(kind, readBytes(file), FILE_START);

/** JSON values, each on a line of its own. */
async function* asLines(blocks: AsyncIterable<Block>): AsyncGenerator<Buffer> {
  for await (const { texts } of blocks) yield Buffer.from(texts.map((text) => `${text}\n`).join(''));
}

/**
 * The rows of a file from its last to its first, up to the place `from`. Memory is bounded: what is compressed, and JSON
 * that is not one value a line, goes through a temporary file.
 */
export async function* blocksBackwards(
  file: OpenedFile,
  kind: FileKind,
  from: Spot,
  signal: AbortSignal,
): AsyncGenerator<Block> {
  const newline = kind.kind === 'csv' ? kind.newline : NEWLINE;
  if (file.packing === 'plain' && hasLines(kind)) {
    const { size, lines } = await identifyFile(file.path, newline);
    yield* readLinesBackwards({ path: file.path, from, newline, size, lines });
    return;
  }
  const asItIs = hasLines(kind);
  const { path, remove } = await spool(asItIs ? readBytes(file) : asLines(allBlocks(file, kind)), signal);
  try {
    const { size, lines } = await identifyFile(path, newline);
    yield* readLinesBackwards({ path, from: asItIs ? from : FILE_START, newline, size, lines });
  } finally {
    await remove();
  }
}
