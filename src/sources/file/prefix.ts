import { crc32 } from 'node:zlib';
import { type OpenedFile, readBytes, readError } from './bytes/input.ts';
import type { ReadProgress } from './chunks.ts';
import { type FilePosition, sameHead } from './position.ts';
import type { Origin } from './reader.ts';
import { NEWLINE } from './rows/block.ts';

/** What the beginning of a text is like. */
interface Beginning {
  /** CRC-32 up to each of the offsets asked for; shorter where the text is. */
  readonly sums: readonly number[];
  /** Whether the last byte before the last offset is a line end. */
  readonly endsLine: boolean;
}

/** Reads the beginning of a text up to the last of the ascending `offsets`. */
async function readBeginning(
  file: OpenedFile,
  offsets: readonly number[],
  signal: AbortSignal,
): Promise<Beginning> {
  const sums: number[] = [];
  let [sum, passed, last] = [0, 0, NEWLINE];
  while (offsets[sums.length] === 0) sums.push(0);
  if (sums.length < offsets.length)
    for await (const chunk of readBytes(file)) {
      let from = 0;
      while (sums.length < offsets.length && offsets[sums.length]! - passed <= chunk.length) {
        const to = offsets[sums.length]! - passed;
        sum = crc32(chunk.subarray(from, to), sum);
        if (to > 0) last = chunk[to - 1]!;
        from = to;
        sums.push(sum);
      }
      if (sums.length === offsets.length || signal.aborted) break;
      sum = crc32(chunk.subarray(from), sum);
      last = chunk.at(-1) ?? last;
      passed += chunk.length;
    }
  return { sums, endsLine: last === NEWLINE };
}

/**
 * Where to go on in a file that was read before: at the position if the file still holds what is before it, at the last
 * row that was read if only that has changed, else undefined, with a warning. Throws UserError.
 */
export async function whereToGoOn(
  file: OpenedFile,
  position: FilePosition,
  origin: Origin,
  signal: AbortSignal,
): Promise<ReadProgress | undefined> {
  const isOther = (why: string): undefined => {
    origin.warn(`--file ${file.name} ${why}: it is read from the start`);
    return undefined;
  };
  if (!sameHead(position, file.head)) return isOther('is not the file that was read before');
  const { bytes, lines, tail, before } = position;
  const offsets = before === undefined ? [bytes] : [before.bytes, bytes];
  const { sums, endsLine } = await readBeginning(file, offsets, signal).catch((cause: unknown) => {
    throw readError(file.name, cause);
  });
  if (signal.aborted) return undefined;
  const sum = sums[offsets.length - 1];
  if (sum !== undefined && (position.sum === undefined ? endsLine : position.sum === sum))
    return { at: { bytes, lines, sum }, before, tail };
  if (before !== undefined && before.bytes > 0 && sums[0] === before.sum) {
    origin.info(
      `--file ${file.name}: line ${before.lines + 1}, the last one read, has changed: it is read from there`,
    );
    return { at: before };
  }
  return sum === undefined
    ? isOther('is shorter than when it was read before')
    : isOther('has changed in what was read before');
}
