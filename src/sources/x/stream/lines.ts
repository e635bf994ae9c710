import { LONGEST_LINE } from '../../../core/util/json.ts';

/** Kept of a line that is longer than LONGEST_LINE, for its reject: it is cut, so that memory stays bounded. */
const KEPT = 8192;
/** Pieces of one line held apart. */
const MOST_PIECES = 256;

export interface Line {
  /** As it came, without its line end. */
  readonly text: string;
  /** It was longer than LONGEST_LINE; `text` is its beginning. */
  readonly tooLong: boolean;
}

export interface LineSplitter {
  /** The lines that end in this piece. X ends them by `\r\n`; a piece may end anywhere, also within a character. */
  push(piece: Buffer): Line[];
  /** What came after the last line end. */
  rest(): string;
}

const NEWLINE = 10;
const RETURN = 13;

/**
 * Cuts bytes that come in pieces into lines. Only whole lines are decoded, each by itself: a character that was cut is
 * whole again, and an emoji in one line does not make its neighbours twice as long in memory.
 */
export function lineSplitter(): LineSplitter {
  let carry: Buffer[] = [];
  let carried = 0;
  let isDropping = false;

  const keep = (bytes: Buffer): void => {
    carry.push(bytes);
    carried += bytes.length;
    if (carry.length > MOST_PIECES) carry = [Buffer.concat(carry)];
    if (carried <= LONGEST_LINE + 1) return;
    isDropping = true;
    carry = [Buffer.concat(carry).subarray(0, KEPT)];
    carried = KEPT;
  };

  const line = (bytes: Buffer, start: number, end: number): Line => {
    const stop = end > start && bytes[end - 1] === RETURN ? end - 1 : end;
    const tooLong = isDropping || stop - start > LONGEST_LINE;
    return { text: bytes.toString('utf8', start, tooLong ? Math.min(stop, start + KEPT) : stop), tooLong };
  };

  return {
    push(piece) {
      const lines: Line[] = [];
      let start = 0;
      for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
        if (carried === 0) lines.push(line(piece, start, end));
        else {
          const whole = Buffer.concat([...carry, piece.subarray(start, end)]);
          lines.push(line(whole, 0, whole.length));
          carry = [];
          carried = 0;
          isDropping = false;
        }
        start = end + 1;
      }
      if (start < piece.length) keep(piece.subarray(start));
      return lines;
    },
    rest: () => (isDropping ? '' : Buffer.concat(carry).toString('utf8')),
  };
}
