/** Longer lines are no posts: they are cut, so that memory stays bounded. In UTF-16 units. */
export const LONGEST_LINE = 2 ** 20;
/** Kept of a line that is too long, for its reject. */
const KEPT = 8192;

export interface Line {
  /** As it came, without its line end. */
  readonly text: string;
  /** It was longer than LONGEST_LINE; `text` is its beginning. */
  readonly tooLong: boolean;
}

export interface LineSplitter {
  /** The lines that end in this piece of text. X ends them by `\r\n`, which may be cut in two. */
  push(piece: string): Line[];
  /** What came after the last line end. */
  rest(): string;
}

/** Cuts a text that comes in pieces into lines. A line end is looked for in the new piece only. */
export function lineSplitter(): LineSplitter {
  let carry = '';
  let dropped = false;
  const line = (ended: string): Line => {
    const text = ended.endsWith('\r') ? ended.slice(0, -1) : ended;
    const tooLong = dropped || text.length > LONGEST_LINE;
    return { text: tooLong ? text.slice(0, KEPT) : text, tooLong };
  };
  return {
    push(piece) {
      const lines: Line[] = [];
      let start = 0;
      for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', start)) {
        lines.push(line(carry + piece.slice(start, end)));
        carry = '';
        dropped = false;
        start = end + 1;
      }
      carry += piece.slice(start);
      if (carry.length > LONGEST_LINE + 1 || dropped) {
        dropped = true;
        carry = carry.slice(0, KEPT);
      }
      return lines;
    },
    rest: () => (dropped ? '' : carry),
  };
}
