import { isUtf8 } from 'node:buffer';

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
  /** False for the last line of a text that does not end in a line end. */
  readonly ended: boolean;
}

const NEWLINE = 10;
const NO_FAULTS: ReadonlyMap<number, string> = new Map();
const TOO_LONG = new Map([[0, 'longer than 1 MB']]);

const split = (text: string): string[] => (text.includes('\r') ? text.split(/\r?\n/) : text.split('\n'));

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

/** Cuts bytes into lines: one block for each chunk that holds a line end, and one for an unended last line. */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Block> {
  let carry: Buffer = Buffer.alloc(0);
  /** Bytes of a line that is too long, dropped so far. */
  let dropped = 0;
  let bytes = 0;
  for await (const chunk of chunks) {
    const first = chunk.indexOf(NEWLINE);
    if (first === -1) {
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
      yield { lines: [carry.toString('utf8')], faults: TOO_LONG, bytes, ended: true };
      carry = Buffer.alloc(0);
      dropped = 0;
    }
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > start) {
      const whole = chunk.subarray(start, end);
      const block = carry.length === 0 ? whole : Buffer.concat([carry, whole]);
      bytes += block.length;
      const lines = split(block.toString('utf8'));
      lines.pop();
      yield { lines, faults: badLines(block), bytes, ended: true };
    }
    carry = Buffer.from(chunk.subarray(end));
  }
  if (carry.length > 0) {
    const faults = dropped > 0 ? TOO_LONG : badLines(carry);
    yield {
      lines: [carry.toString('utf8').replace(/\r$/, '')],
      faults,
      bytes: bytes + carry.length + dropped,
      ended: false,
    };
  }
}
