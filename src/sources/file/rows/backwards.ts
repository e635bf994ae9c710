import { open } from 'node:fs/promises';
import { LONGEST_LINE, tooLongReason } from '../../../core/util/json.ts';
import { type Block, FILE_START, KEPT_BYTES, NEWLINE, type Spot, utf8Faults } from './block.ts';

const BLOCK_BYTES = 256 * 1024;

/** What of a plain file of lines is read from its end. */
export interface LinesBackwards {
  readonly path: string;
  /** The first line of data. */
  readonly from: Spot;
  readonly newline: number;
  readonly size: number;
  /** Line ends in the file. */
  readonly lines: number;
}

const withoutReturn = (text: string): string => (text.endsWith('\r') ? text.slice(0, -1) : text);

function blockOfLines(bytes: Buffer, newline: number, linesAfter: number): Block {
  const texts = bytes.toString('utf8').split(newline === NEWLINE ? '\n' : '\r');
  const { length } = texts;
  let at = 0;
  const inOrder = utf8Faults(bytes, length, () => {
    const start = at;
    const end = bytes.indexOf(newline, at);
    at = end + 1;
    return [start, end === -1 ? bytes.length : end];
  });
  const faults = new Map([...inOrder].map(([index, why]) => [length - 1 - index, why]));
  return {
    texts: texts.map(withoutReturn).toReversed(),
    faults,
    ended: true,
    end: FILE_START,
    startOf: () => FILE_START,
    lineOf: (index) => linesAfter - index,
  };
}

const overlong = (bytes: Buffer, line: number): Block => ({
  texts: [bytes.toString('utf8')],
  faults: new Map([[0, tooLongReason(LONGEST_LINE)]]),
  ended: true,
  end: FILE_START,
  startOf: () => FILE_START,
  lineOf: () => line,
});

/**
 * The lines of a plain file, the last first. Its blocks have no places: the file is read as a whole. `blockBytes` is at most
 * `longest`, so that no line that is too long lies within one block.
 */
export async function* readLinesBackwards(
  file: LinesBackwards,
  blockBytes = BLOCK_BYTES,
  longest = LONGEST_LINE,
): AsyncGenerator<Block> {
  const { path, from, newline, size } = file;
  const handle = await open(path, 'r');
  let line = file.lines;
  /** The end of a line whose start is still to be read; of a line that is too long, a part. */
  let carry: Buffer = Buffer.alloc(0);
  let isTooLong = false;
  try {
    for (let end = size; end > from.bytes; ) {
      const length = Math.min(blockBytes, end - from.bytes);
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, end - length);
      if (bytesRead < length) throw new Error('the file became shorter while it was read');
      let bytes: Buffer = buffer;
      if (end === size && bytes.at(-1) === newline) {
        bytes = bytes.subarray(0, -1);
        line--;
      }
      end -= length;
      const isFirst = end === from.bytes;
      const last = bytes.lastIndexOf(newline);
      if (last === -1 && !isFirst) {
        carry = Buffer.concat([bytes, carry]);
        isTooLong ||= carry.length > longest;
        if (isTooLong) carry = Buffer.from(carry.subarray(0, KEPT_BYTES));
        continue;
      }
      if (isTooLong || bytes.length - last - 1 + carry.length > longest) {
        yield overlong(Buffer.concat([bytes.subarray(last + 1), carry]).subarray(0, KEPT_BYTES), line);
        line--;
        carry = Buffer.alloc(0);
        isTooLong = false;
        if (last === -1) return;
        bytes = bytes.subarray(0, last);
      }
      const newlineAt = isFirst ? -1 : bytes.indexOf(newline);
      if (newlineAt === -1 && !isFirst) {
        carry = Buffer.from(bytes);
        continue;
      }
      const block = blockOfLines(Buffer.concat([bytes.subarray(newlineAt + 1), carry]), newline, line);
      yield block;
      line -= block.texts.length;
      carry = isFirst ? Buffer.alloc(0) : Buffer.from(bytes.subarray(0, newlineAt));
    }
  } finally {
    await handle.close();
  }
}
