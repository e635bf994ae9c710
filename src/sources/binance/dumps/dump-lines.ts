import type { EncodedText, TextBytes } from '../../../core/stream/record.ts';
import { epochTime, type Millis } from '../../../core/util/time.ts';
import { READ_BYTES } from '../../file/bytes/input.ts';
import { unzipped } from '../../file/bytes/zip.ts';

const [NEW_LINE, CARRIAGE_RETURN, COMMA] = [10, 13, 44];
const [ZERO, NINE] = [48, 57];

/** When the bar of a line begins, by the count of its first cell; NaN for a line without one, such as a header. */
export function timeOf({ buffer, from, end }: EncodedText): Millis {
  let count = 0;
  let at = from;
  for (; at < end; at++) {
    const code = buffer[at]!;
    if (code < ZERO || code > NINE) break;
    count = count * 10 + code - ZERO;
  }
  return at > from && (at === end || buffer[at] === COMMA) ? epochTime(count) : Number.NaN;
}

/** The lines of a block that are not empty, without their ends. */
export function* dumpLines(block: Buffer): Generator<EncodedText> {
  const buffer = block as Buffer & TextBytes;
  for (let from = 0; from < buffer.length; ) {
    const found = buffer.indexOf(NEW_LINE, from);
    const next = found === -1 ? buffer.length : found + 1;
    let end = found === -1 ? buffer.length : found;
    if (buffer[end - 1] === CARRIAGE_RETURN) end--;
    if (end > from) yield { buffer, from, end };
    from = next;
  }
}

/** The whole lines of the one CSV in a zip, in blocks. Throws UserError for a broken archive. */
export async function* dumpBlocks(name: string, path: string): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const bytes of unzipped(name, path, READ_BYTES)) {
    const block = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    const end = block.lastIndexOf(NEW_LINE) + 1;
    if (end > 0) yield block.subarray(0, end);
    // A copy: the block is free then.
    rest = Buffer.from(block.subarray(end));
  }
  if (rest.length > 0) yield rest;
}
