import { isUtf8 } from 'node:buffer';
import { crc32 } from 'node:zlib';

/** A place between two rows of a text. */
export interface Spot {
  /** Bytes before it; of the decompressed text for a compressed file. */
  readonly bytes: number;
  /** Line ends before it. */
  readonly lines: number;
  /** CRC-32 of the bytes before it. */
  readonly sum: number;
}

export const FILE_START: Spot = { bytes: 0, lines: 0, sum: 0 };

/** Some rows of a file, each as text: a line, a CSV row (which may span lines), a JSON value. */
export interface Block {
  readonly texts: readonly string[];
  /** Why a text cannot be used as it is, by index. */
  readonly faults: ReadonlyMap<number, string>;
  /** The rows are in another order than in the file, so that places between them tell nothing. */
  readonly isSorted?: true;
  /** False for the last row of a text that has no line end. */
  readonly ended: boolean;
  /** The place after these rows. */
  readonly end: Spot;
  /** The place before a row; before all of them for -1. */
  startOf(index: number): Spot;
  /** Lines before a row. */
  lineOf(index: number): number;
}

/** Rows that are blank are passed over. */
export const isBlank = (text: string): boolean => text.trim() === '';

/** Kept of a row that is too long, for its reject. */
export const KEPT_BYTES = 8192;

export const NEWLINE = 10;
export const NO_FAULTS: ReadonlyMap<number, string> = new Map();

/** Counts a byte in `bytes` from `from` up to `to`. */
export function countByte(bytes: Buffer, byte: number, from = 0, to = bytes.length): number {
  let count = 0;
  for (let at = bytes.indexOf(byte, from); at !== -1 && at < to; at = bytes.indexOf(byte, at + 1)) count++;
  return count;
}

/** Faults of the texts that are not UTF-8. `rangeOf` gives the first byte of a text and the byte after it. */
export function utf8Faults(bytes: Buffer, count: number, rangeOf: (index: number) => [number, number]) {
  if (isUtf8(bytes)) return NO_FAULTS;
  const faults = new Map<number, string>();
  for (let index = 0; index < count; index++)
    if (!isUtf8(bytes.subarray(...rangeOf(index)))) faults.set(index, 'not UTF-8');
  return faults;
}

/** Where the rows of a block begin in its bytes, and how many lines are before each. */
export interface RowStarts {
  readonly at: readonly number[];
  readonly lines: readonly number[];
}

/** A block over the bytes that it was read from. `starts`: undefined where each line is a row. */
export function blockOf(
  bytes: Buffer,
  texts: readonly string[],
  before: Spot,
  {
    starts,
    newline = NEWLINE,
    ended = true,
    faults,
  }: {
    starts?: RowStarts | undefined;
    newline?: number;
    ended?: boolean;
    faults: ReadonlyMap<number, string>;
  },
): Block {
  // Places are asked for in rising order: each sum goes on from the one before.
  let known = { offset: 0, sum: before.sum };
  const spotAt = (offset: number, lines: number): Spot => {
    const from = offset >= known.offset ? known : { offset: 0, sum: before.sum };
    known = { offset, sum: crc32(bytes.subarray(from.offset, offset), from.sum) };
    return { bytes: before.bytes + offset, lines: before.lines + lines, sum: known.sum };
  };
  let line = { index: 0, start: 0 };
  const lineStart = (index: number): number => {
    if (index === texts.length - 1) return bytes.lastIndexOf(newline, bytes.length - (ended ? 2 : 1)) + 1;
    let { index: at, start } = index >= line.index ? line : { index: 0, start: 0 };
    for (; at < index; at++) start = bytes.indexOf(newline, start) + 1;
    line = { index, start };
    return start;
  };
  let end: Spot | undefined;
  const lines = starts === undefined && ended ? texts.length : countByte(bytes, newline);
  return {
    texts,
    faults,
    ended,
    get end() {
      end ??= spotAt(bytes.length, lines);
      return end;
    },
    startOf: (index) =>
      index < 0
        ? before
        : starts === undefined
          ? spotAt(lineStart(index), index)
          : spotAt(starts.at[index]!, starts.lines[index]!),
    lineOf: (index) => before.lines + (starts?.lines[index] ?? index),
  };
}
