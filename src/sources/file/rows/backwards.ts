import { open } from 'node:fs/promises';
import { type Block, FILE_START, KEPT_BYTES, NEWLINE, type Spot, utf8Faults } from './block.ts';
import { LONGEST_LINE } from './lines.ts';

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
  faults: new Map([[0, 'longer than 1 MB']]),
  ended: true,
  end: FILE_START,
  startOf: () => FILE_START,
  lineOf: () => line,
});

/** The lines of a plain file, the last first. Its blocks have no places: the file is read as a whole. */
export async function* readLinesBackwards(
  file: LinesBackwards,
  blockBytes = BLOCK_BYTES,
): AsyncGenerator<Block> {
  const { path, from, newline, size } = file;
  const handle = await open(path, 'r');
  let line = file.lines;
  /** The end of a line whose start is still to be read; of a line that is too long, a part. */
  let carry: Buffer = Buffer.alloc(0);
  let isTooLong = false;
  let isLast = true;
  try {
    for (let end = size; end > from.bytes; ) {
      const length = Math.min(blockBytes, end - from.bytes);
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, end - length);
      if (bytesRead < length) throw new Error('the file became shorter while it was read');
      end -= length;
      let bytes: Buffer = buffer;
      if (isLast && bytes.at(-1) === newline) {
        bytes = bytes.subarray(0, -1);
        line--;
      }
      isLast = false;
      const first = end === from.bytes ? -1 : bytes.indexOf(newline);
      if (end > from.bytes && first === -1) {
        carry = Buffer.concat([bytes, carry]);
        if (carry.length > LONGEST_LINE) {
          isTooLong = true;
          carry = Buffer.from(carry.subarray(0, KEPT_BYTES));
        }
        continue;
      }
      const own = bytes.lastIndexOf(newline);
      if (isTooLong) {
        yield overlong(Buffer.concat([bytes.subarray(own + 1), carry]).subarray(0, KEPT_BYTES), line);
        line--;
        bytes = bytes.subarray(0, Math.max(0, own));
        carry = Buffer.alloc(0);
        isTooLong = false;
        if (own === -1) continue;
      }
      const start = end === from.bytes ? 0 : bytes.indexOf(newline) + 1;
      const block = blockOfLines(Buffer.concat([bytes.subarray(start), carry]), newline, line);
      yield block;
      line -= block.texts.length;
      carry = start === 0 ? Buffer.alloc(0) : Buffer.from(bytes.subarray(0, start - 1));
    }
  } finally {
    await handle.close();
  }
}
