import { countByte, type RowStarts } from './block.ts';

const QUOTE = 34;
const SPACE = 32;
const RETURN = 13;

/** The rows that a part of a CSV with quotes holds. */
export interface QuotedRows {
  readonly starts: RowStarts;
  /** The byte after each row's text, without its line end. */
  readonly ends: readonly number[];
  readonly faults: ReadonlyMap<number, string>;
  /** Where the first row begins that has no end yet; the length where all have. */
  readonly used: number;
}

const OPEN = -1;
const MALFORMED = -2;

/** The line end that ends the row at `at`; OPEN if its quote is not closed, MALFORMED if text follows a closed quote. */
function endOfRow(bytes: Buffer, from: number, delimiter: number, newline: number): number {
  let at = from;
  for (;;) {
    while (bytes[at] === SPACE) at++;
    if (bytes[at] === QUOTE) {
      for (at++; ; at += 2) {
        at = bytes.indexOf(QUOTE, at);
        if (at === -1) return OPEN;
        if (bytes[at + 1] !== QUOTE) break;
      }
      at++;
      while (bytes[at] === SPACE || (bytes[at] === RETURN && newline !== RETURN)) at++;
      if (bytes[at] === newline) return at;
      if (bytes[at] === undefined) return OPEN;
      if (bytes[at] !== delimiter) return MALFORMED;
      at++;
      continue;
    }
    while (at < bytes.length && bytes[at] !== delimiter && bytes[at] !== newline) at++;
    if (at >= bytes.length) return OPEN;
    if (bytes[at] === newline) return at;
    at++;
  }
}

const UNCLOSED = 'a quote is not closed, or is inside a field';

/**
 * Cuts whole lines into CSV rows, whose quoted fields may span lines. `isAll`: nothing follows, so that a quote that is
 * not closed makes its line a fault; the next line is read as usual.
 */
export function cutQuotedRows(bytes: Buffer, delimiter: string, newline: number, isAll: boolean): QuotedRows {
  const [at, lines, ends]: [number[], number[], number[]] = [[], [], []];
  const faults = new Map<number, string>();
  const separator = delimiter.charCodeAt(0);
  let line = 0;
  let start = 0;
  let quote = bytes.indexOf(QUOTE);
  while (start < bytes.length) {
    const lineEnd = bytes.indexOf(newline, start);
    if (quote !== -1 && quote < start) quote = bytes.indexOf(QUOTE, start);
    let end = quote === -1 || quote > lineEnd ? lineEnd : endOfRow(bytes, start, separator, newline);
    if (end === OPEN && !isAll) break;
    if (end < 0) {
      faults.set(at.length, UNCLOSED);
      end = lineEnd;
    }
    at.push(start);
    lines.push(line);
    ends.push(newline !== RETURN && bytes[end - 1] === RETURN && end > start ? end - 1 : end);
    line += end === lineEnd ? 1 : countByte(bytes, newline, start, end) + 1;
    start = end + 1;
  }
  return { starts: { at, lines }, ends, faults, used: start };
}
