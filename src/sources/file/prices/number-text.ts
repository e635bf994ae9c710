import type { Cell } from '../../../market/prices/table.ts';

/** A decimal of so many characters has at most 15 digits: its double's shortest text is the decimal itself. */
export const LONGEST_PLAIN = 16;
/** Smaller numbers are written with an exponent. */
export const SMALLEST_PLAIN = 1e-6;

const [ZERO, NINE, POINT] = [48, 57, 46];

/** The text of a cell without trailing zeros; undefined unless it is plain digits with at most one point. */
function plainText(cell: string): string | undefined {
  const { length } = cell;
  if (length === 0 || length > LONGEST_PLAIN) return undefined;
  let point = -1;
  for (let at = 0; at < length; at++) {
    const code = cell.charCodeAt(at);
    if (code >= ZERO && code <= NINE) continue;
    if (code !== POINT || point !== -1) return undefined;
    point = at;
  }
  if (point === 0 || (point !== 1 && length > 1 && cell.charCodeAt(0) === ZERO)) return undefined;
  if (point === -1) return length === LONGEST_PLAIN ? undefined : cell;
  let end = length;
  while (cell.charCodeAt(end - 1) === ZERO) end--;
  if (end - 1 === point) end--;
  return end === length ? cell : cell.slice(0, end);
}

/**
 * The JSON text of a number that was read from a cell with a decimal point: the cell's own text where it is plain, without
 * trailing zeros, else the number's. Making texts of doubles is a fifth of the time of an import: only the last line may
 * do it, since V8 makes a text that several branches need before all of them.
 */
export function numberText(cell: Cell, value: number): string {
  const text = typeof cell === 'string' && value >= SMALLEST_PLAIN ? plainText(cell) : undefined;
  return text ?? String(value);
}
