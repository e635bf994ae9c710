import { InvalidRecord } from '../../../core/stream/record.ts';
import { mostCommon } from '../../../core/util/most-common.ts';

/** The delimiters that are found by themselves, the likeliest last among equals. */
const DELIMITERS = [',', '|', ';', '\t'] as const;
/** Rows that tell the delimiter. */
const ROWS_FOR_DELIMITER = 60;
const LEAST_CONSISTENCY = 0.6;
const NO_WIDTH = { value: 0, fraction: 0 };

/**
 * The cells of a CSV row. A cell with a delimiter, a quote or a line end is in double quotes (`""` is a quote). Throws
 * InvalidRecord for a quote that is not closed.
 */
export const splitCells = (row: string, delimiter: string): string[] =>
  row.includes('"') ? splitQuoted(row, delimiter) : splitPlain(row, delimiter);

/** Like `row.split(delimiter)`, in two thirds of the time. */
function splitPlain(row: string, delimiter: string): string[] {
  const cells: string[] = [];
  let start = 0;
  for (let end = row.indexOf(delimiter); end !== -1; end = row.indexOf(delimiter, start)) {
    cells.push(row.slice(start, end));
    start = end + 1;
  }
  cells.push(row.slice(start));
  return cells;
}

function splitQuoted(row: string, delimiter: string): string[] {
  const cells: string[] = [];
  for (let at = 0; ; ) {
    let start = at;
    while (row[start] === ' ') start++;
    if (row[start] !== '"') {
      const end = row.indexOf(delimiter, at);
      cells.push(end === -1 ? row.slice(at) : row.slice(at, end));
      if (end === -1) return cells;
      at = end + 1;
      continue;
    }
    let end = row.indexOf('"', start + 1);
    while (end !== -1 && row[end + 1] === '"') end = row.indexOf('"', end + 2);
    let next = end + 1;
    while (row[next] === ' ') next++;
    if (end === -1 || (next < row.length && row[next] !== delimiter))
      throw new InvalidRecord('a quote is not closed, or is inside a field');
    const cell = row.slice(start + 1, end);
    cells.push(cell.includes('"') ? cell.replaceAll('""', '"') : cell);
    if (next >= row.length) return cells;
    at = next + 1;
  }
}

/** Number of cells; 0 for a row whose quotes do not fit the delimiter. */
function widthOf(line: string, delimiter: string): number {
  try {
    return splitCells(line, delimiter).length;
  } catch (error) {
    if (!(error instanceof InvalidRecord)) throw error;
    return 0;
  }
}

/** Lines as rows: one with an odd number of quotes goes on in the next line. A last row that stays open is left out. */
function joinQuoted(lines: readonly string[]): readonly string[] {
  const rows: string[] = [];
  let isOpen = false;
  for (const line of lines) {
    if (isOpen) rows.push(`${rows.pop()}\n${line}`);
    else if (rows.length === ROWS_FOR_DELIMITER) return rows;
    else if (line.trim() !== '') rows.push(line);
    if (line.split('"').length % 2 === 0) isOpen = !isOpen;
  }
  if (isOpen && rows.length > 1) rows.pop();
  return rows;
}

/** The delimiter that cuts the first rows into equally many cells; a comma where none does. */
export function findDelimiter(lines: readonly string[]): string {
  const some = joinQuoted(lines);
  let best = { delimiter: ',', width: 1, share: 0 };
  for (const delimiter of DELIMITERS) {
    const { value: width, fraction: share } =
      mostCommon(some.map((line) => widthOf(line, delimiter))) ?? NO_WIDTH;
    if (width < 2 || share < LEAST_CONSISTENCY) continue;
    if (share > best.share + 0.02 || (share > best.share - 0.02 && width >= best.width))
      best = { delimiter, width, share };
  }
  return best.delimiter;
}
