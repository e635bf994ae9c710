import { crc32 } from 'node:zlib';
import { LONGEST_LINE, tooLongReason } from '../../../core/util/json.ts';
import {
  type Block,
  blockOf,
  FILE_START,
  KEPT_BYTES,
  NEWLINE,
  NO_FAULTS,
  type Spot,
  utf8Faults,
} from './block.ts';
import { cutQuotedRows } from './quoted-rows.ts';

/** Lines longer than LONGEST_LINE are rejected unread, so that memory stays bounded. */
const TOO_LONG = new Map([[0, tooLongReason(LONGEST_LINE)]]);
const QUOTE = 34;

export interface LineFormat {
  /** The byte that ends a line: LF, or CR for files of old Macs. */
  readonly newline: number;
  /** Of a CSV, whose quoted fields may span lines; undefined: each line is a row. */
  readonly delimiter?: string | undefined;
}

const LINES: LineFormat = { newline: NEWLINE };

const BOM = '\uFEFF';

/** The text of bytes, without the byte order mark at the start of a file. */
function textOf(bytes: Buffer, before: Spot | undefined): string {
  const text = bytes.toString('utf8');
  return before?.bytes === 0 && text.startsWith(BOM) ? text.slice(BOM.length) : text;
}

function split(text: string, newline: number): string[] {
  if (newline !== NEWLINE) return text.split('\r');
  return text.includes('\r') ? text.split(/\r?\n/) : text.split('\n');
}

/** The rows of bytes that end in a line end; the place behind them may be before the end, where a quote is still open. */
function cut(bytes: Buffer, before: Spot, { newline, delimiter }: LineFormat, isAll: boolean) {
  if (delimiter === undefined || !bytes.includes(QUOTE)) {
    const texts = split(textOf(bytes, before), newline);
    texts.pop();
    let at = 0;
    const faults = utf8Faults(bytes, texts.length, () => {
      const start = at;
      at = bytes.indexOf(newline, at) + 1;
      return [start, at];
    });
    return { block: blockOf(bytes, texts, before, { newline, faults }), used: bytes.length };
  }
  const { starts, ends, used, faults } = cutQuotedRows(bytes, delimiter, newline, isAll);
  const texts = ends.map((end, index) =>
    textOf(bytes.subarray(starts.at[index], end), index === 0 ? before : undefined),
  );
  const taken = bytes.subarray(0, used);
  const others = utf8Faults(taken, texts.length, (index) => [starts.at[index]!, ends[index]!]);
  const all = others.size === 0 ? faults : new Map([...faults, ...others]);
  return { block: blockOf(taken, texts, before, { newline, starts, faults: all }), used };
}

/** A line that is too long: its first bytes, and how far it was passed over. */
interface Overlong {
  readonly kept: Buffer;
  bytes: number;
  sum: number;
}

const overlongBlock = ({ kept }: Overlong, before: Spot, end: Spot, ended: boolean): Block => ({
  texts: [kept.toString('utf8')],
  faults: TOO_LONG,
  ended,
  end,
  startOf: () => before,
  lineOf: () => before.lines,
});

/**
 * Cuts bytes into rows: a block for each chunk that ends one, and one for a last line without a line end. `from`: the
 * place of the first chunk.
 */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  from: Spot = FILE_START,
  format: LineFormat = LINES,
): AsyncGenerator<Block> {
  const { newline } = format;
  let spot = from;
  let carry: Buffer = Buffer.alloc(0);
  let overlong: Overlong | undefined;
  for await (let chunk of chunks) {
    if (overlong !== undefined) {
      const first = chunk.indexOf(newline) + 1;
      const part = first === 0 ? chunk : chunk.subarray(0, first);
      overlong.bytes += part.length;
      overlong.sum = crc32(part, overlong.sum);
      if (first === 0) continue;
      const end: Spot = { bytes: spot.bytes + overlong.bytes, lines: spot.lines + 1, sum: overlong.sum };
      yield overlongBlock(overlong, spot, end, true);
      spot = end;
      overlong = undefined;
      chunk = chunk.subarray(first);
    }
    const last = chunk.lastIndexOf(newline) + 1;
    let rest = carry.length === 0 ? chunk : Buffer.concat([carry, chunk]);
    if (last > 0) {
      const whole = rest.subarray(0, carry.length + last);
      const { block, used } = cut(whole, spot, format, whole.length > LONGEST_LINE);
      if (block.texts.length > 0) yield block;
      spot = block.end;
      rest = rest.subarray(used);
    }
    // A copy, so that the chunk can be freed.
    carry = Buffer.from(rest);
    if (carry.length > LONGEST_LINE && !carry.includes(newline)) {
      overlong = { kept: carry.subarray(0, KEPT_BYTES), bytes: carry.length, sum: crc32(carry, spot.sum) };
      carry = Buffer.alloc(0);
    }
  }
  if (overlong !== undefined) yield overlongBlock(overlong, spot, spot, false);
  const last = carry.lastIndexOf(newline) + 1;
  if (last > 0) {
    const { block } = cut(carry.subarray(0, last), spot, format, true);
    yield block;
    spot = block.end;
  }
  if (carry.length > last) yield unended(carry.subarray(last), spot, newline);
}

function unended(bytes: Buffer, before: Spot, newline: number): Block {
  const faults = bytes.length > LONGEST_LINE ? TOO_LONG : utf8Faults(bytes, 1, () => [0, bytes.length]);
  const text = textOf(bytes, before).replace(/\r$/, '');
  return blockOf(bytes, [text], before, {
    newline,
    ended: false,
    faults: faults.size > 0 ? faults : NO_FAULTS,
  });
}
