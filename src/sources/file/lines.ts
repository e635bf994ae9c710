import { isAscii, isUtf8 } from 'node:buffer';
import { crc32 } from 'node:zlib';

/** Longer lines are no posts and no prices: they are rejected unread, so that memory stays bounded. */
export const LONGEST_LINE = 2 ** 20;
/** Kept of a line that is too long, for its reject. */
const KEPT_BYTES = 8192;

/** Some whole lines of a text, without their line ends. */
export interface Block {
  readonly lines: readonly string[];
  /** Why a line cannot be used as it is, by index. */
  readonly faults: ReadonlyMap<number, string>;
  /** Bytes from where reading began to the end of these lines. */
  readonly bytes: number;
  /** CRC-32 of these bytes and of all before them. */
  readonly sum: number;
  /** False for the last line of a text that does not end in a line end. */
  readonly ended: boolean;
}

const NEWLINE = 10;
const RETURN = 13;
const NO_FAULTS: ReadonlyMap<number, string> = new Map();
const TOO_LONG = new Map([[0, 'longer than 1 MB']]);

const split = (text: string): string[] => (text.includes('\r') ? text.split(/\r?\n/) : text.split('\n'));

/** The lines of whole blocks. One line at a time unless all is ASCII: one emoji makes a two-byte string, slow to parse. */
function decodeLines(block: Buffer): string[] {
  if (isAscii(block)) {
    const lines = split(block.toString('latin1'));
    lines.pop();
    return lines;
  }
  const lines: string[] = [];
  for (let at = 0; at < block.length; ) {
    const end = block.indexOf(NEWLINE, at);
    const cut = end > at && block[end - 1] === RETURN ? end - 1 : end;
    lines.push(block.toString('utf8', at, cut));
    at = end + 1;
  }
  return lines;
}

function badLines(bytes: Buffer): ReadonlyMap<number, string> {
  if (isUtf8(bytes)) return NO_FAULTS;
  const faults = new Map<number, string>();
  for (let index = 0, at = 0; at < bytes.length; index++) {
    const next = bytes.indexOf(NEWLINE, at);
    const end = next === -1 ? bytes.length : next;
    if (!isUtf8(bytes.subarray(at, end))) faults.set(index, 'not UTF-8');
    at = end + 1;
  }
  return faults;
}

/**
 * Cuts bytes into lines: one block for each chunk that holds a line end, and one for an unended last line. `sum`: CRC-32
 * of the bytes before the first chunk.
 */
export async function* readLines(chunks: AsyncIterable<Buffer>, sum = 0): AsyncGenerator<Block> {
  let carry: Buffer = Buffer.alloc(0);
  /** Bytes of a line that is too long, dropped so far. */
  let dropped = 0;
  let bytes = 0;
  let summed = sum;
  for await (const chunk of chunks) {
    const first = chunk.indexOf(NEWLINE);
    if (first === -1) {
      summed = crc32(chunk, summed);
      carry = carry.length === 0 ? Buffer.from(chunk) : Buffer.concat([carry, chunk]);
      if (carry.length > LONGEST_LINE || dropped > 0) {
        const kept = Math.min(KEPT_BYTES, carry.length);
        dropped += carry.length - kept;
        carry = Buffer.from(carry.subarray(0, kept));
      }
      continue;
    }
    let start = 0;
    if (dropped > 0) {
      start = first + 1;
      bytes += carry.length + dropped + start;
      summed = crc32(chunk.subarray(0, start), summed);
      yield { lines: [carry.toString('utf8')], faults: TOO_LONG, bytes, sum: summed, ended: true };
      carry = Buffer.alloc(0);
      dropped = 0;
    }
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > start) {
      const whole = chunk.subarray(start, end);
      const block = carry.length === 0 ? whole : Buffer.concat([carry, whole]);
      bytes += block.length;
      summed = crc32(whole, summed);
      yield { lines: decodeLines(block), faults: badLines(block), bytes, sum: summed, ended: true };
    }
    carry = Buffer.from(chunk.subarray(end));
    summed = crc32(carry, summed);
  }
  if (carry.length > 0) {
    const faults = dropped > 0 ? TOO_LONG : badLines(carry);
    yield {
      lines: [carry.toString('utf8').replace(/\r$/, '')],
      faults,
      bytes: bytes + carry.length + dropped,
      sum: summed,
      ended: false,
    };
  }
}
