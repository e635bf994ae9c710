import { crc32 } from 'node:zlib';
import { tooLongReason } from '../../../core/util/json.ts';
import {
  type Block,
  blockOf,
  countByte,
  FILE_START,
  KEPT_BYTES,
  NEWLINE,
  type Spot,
  utf8Faults,
} from './block.ts';

/** Longer values are no posts and no prices; a pretty-printed page of posts may have some MB. In bytes. */
export const LONGEST_VALUE = 16 * 2 ** 20;

const SPACE = 32;
const [QUOTE, COMMA, SEMICOLON, OPEN, ESCAPE, CLOSE, BRACE, UNBRACE] = [34, 44, 59, 91, 92, 93, 123, 125];

const isBetween = (byte: number): boolean =>
  byte <= SPACE || byte === COMMA || byte === SEMICOLON || byte === CLOSE || byte === UNBRACE;

/** Finds the end of one value, whose bytes may come in pieces. */
class ValueScan {
  #depth = 0;
  #inText = false;
  #isEscaped = false;

  /** The byte after the value; -1 if it does not end in these bytes. */
  endIn(bytes: Buffer, from: number): number {
    let [depth, inText, isEscaped] = [this.#depth, this.#inText, this.#isEscaped];
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (isEscaped) isEscaped = false;
      else if (inText) {
        if (byte === ESCAPE) isEscaped = true;
        else if (byte === QUOTE) {
          inText = false;
          if (depth === 0) return at + 1;
        }
      } else if (byte === QUOTE) inText = true;
      else if (byte === BRACE || byte === OPEN) depth++;
      else if (depth === 0) {
        if (isBetween(byte)) return at;
      } else if (byte === UNBRACE || byte === CLOSE) {
        depth--;
        if (depth === 0) return at + 1;
      }
    }
    [this.#depth, this.#inText, this.#isEscaped] = [depth, inText, isEscaped];
    return -1;
  }
}

/** Skips what is between values; knows whether the array that holds them has begun. */
class Gaps {
  #isInside: boolean;
  readonly #inArray: boolean;

  constructor(inArray: boolean, from: Spot) {
    this.#inArray = inArray;
    this.#isInside = !inArray || from.bytes > 0;
  }

  /** The first byte of the next value; the length of `bytes` if none begins there. */
  skip(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (!this.#isInside) this.#isInside = byte === OPEN;
      else if (byte === CLOSE) this.#isInside = !this.#inArray;
      // Past ASCII: a byte order mark.
      else if (!isBetween(byte) && byte < 128) return at;
    }
    return bytes.length;
  }
}

/** A line end in JSON is a blank: inside texts it is written as `\\n`. */
const onOneLine = (text: string): string =>
  text.includes('\n') || text.includes('\r') ? text.replace(/[\r\n]+\s*/g, ' ') : text;

function valuesOf(bytes: Buffer, starts: readonly number[], ends: readonly number[], spot: Spot): Block {
  const texts = starts.map((start, index) => onOneLine(bytes.toString('utf8', start, ends[index])));
  const faults = utf8Faults(bytes, texts.length, (index) => [starts[index]!, ends[index]!]);
  let lines = 0;
  const before = starts.map((start, index) => {
    lines += countByte(bytes, NEWLINE, starts[index - 1] ?? 0, start);
    return lines;
  });
  return blockOf(bytes, texts, spot, { starts: { at: starts, lines: before }, faults });
}

const faulty = (text: string, fault: string, ended: boolean, before: Spot, end: Spot): Block => ({
  texts: [text],
  faults: new Map([[0, fault]]),
  ended,
  end,
  startOf: () => before,
  lineOf: () => before.lines,
});

const spotAfter = (bytes: Buffer, { bytes: before, lines, sum }: Spot): Spot => ({
  bytes: before + bytes.length,
  lines: lines + countByte(bytes, NEWLINE),
  sum: crc32(bytes, sum),
});

/**
 * Cuts JSON into its values: the elements of an array (`inArray`; also of several arrays, one after the other, and with a
 * name before it as in `window.YTD.tweets.part0 = [`), or values one after the other. The file is never in memory as a
 * whole. `from`: the place of the first chunk, 0 or the end of a value.
 */
export async function* readJsonValues(
  chunks: AsyncIterable<Buffer>,
  inArray: boolean,
  from: Spot = FILE_START,
): AsyncGenerator<Block> {
  const gaps = new Gaps(inArray, from);
  let spot = from;
  let carry: Buffer = Buffer.alloc(0);
  /** The value that is not at its end yet: its scan, its first byte in `carry`, and what is kept if it is too long. */
  let open: { readonly scan: ValueScan; readonly start: number; kept?: Buffer; before: Spot } | undefined;
  for await (const chunk of chunks) {
    let bytes: Buffer = carry.length === 0 ? chunk : Buffer.concat([carry, chunk]);
    const [starts, ends]: [number[], number[]] = [[], []];
    let at = carry.length;
    let used = 0;
    for (;;) {
      const start: number = open?.start ?? gaps.skip(bytes, at);
      if (start >= bytes.length && open === undefined) break;
      open ??= { scan: new ValueScan(), start, before: spot };
      const end = open.scan.endIn(bytes, Math.max(at, start));
      if (end === -1) break;
      if (open.kept !== undefined) {
        const next = spotAfter(bytes.subarray(0, end), spot);
        yield faulty(open.kept.toString('utf8'), tooLongReason(LONGEST_VALUE), true, open.before, next);
        spot = next;
        bytes = bytes.subarray(end);
        at = 0;
      } else {
        starts.push(start);
        ends.push(end);
        used = end;
        at = end;
      }
      open = undefined;
    }
    if (starts.length > 0) {
      const block = valuesOf(bytes.subarray(0, used), starts, ends, spot);
      yield block;
      spot = block.end;
    }
    carry = Buffer.from(bytes.subarray(used));
    if (open !== undefined) open = { ...open, start: open.start - used };
    if (open !== undefined && carry.length > (open.kept ? 0 : LONGEST_VALUE)) {
      open.kept ??= Buffer.from(carry.subarray(0, KEPT_BYTES));
      spot = spotAfter(carry, spot);
      carry = Buffer.alloc(0);
    }
  }
  if (open !== undefined) {
    const text = (open.kept ?? carry.subarray(open.start)).toString('utf8');
    yield faulty(text, 'a bracket or quote is not closed', false, open.before, spot);
  }
}
