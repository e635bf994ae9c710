import type { Column, ColumnType } from '../market/datasets.ts';

/** A column of the table on a terminal. */
export interface TableColumn {
  readonly name: string;
  readonly width: number;
  readonly right: boolean;
}

/** Terminal cells that each type of column is given; the last column gets what is left. */
const WIDTHS: Readonly<Record<ColumnType, number>> = {
  text: 20,
  number: 14,
  integer: 10,
  time: 24,
  boolean: 5,
  texts: 20,
  json: 24,
};

const GAP = '  ';
const NARROWEST = 8;

/** Columns side by side in `width` cells: those named, or as many of the dataset's as fit. */
export function layOut(
  all: readonly Column[],
  fields: readonly string[],
  width: number,
): readonly TableColumn[] {
  const named = fields.map(
    (name) => all.find((column) => column.name === name) ?? { name, type: 'text' as const },
  );
  const wanted = (fields.length > 0 ? named : all).map(({ name, type }) => ({
    name,
    width: Math.max(WIDTHS[type], name.length),
    right: type === 'number' || type === 'integer',
  }));
  const columns: TableColumn[] = [];
  let left = width;
  for (const column of wanted) {
    if (fields.length === 0 && columns.length > 0 && column.width + GAP.length > left) break;
    columns.push(column);
    left -= column.width + GAP.length;
  }
  const last = columns.pop();
  const rest = (last?.width ?? 0) + left + GAP.length;
  return last ? [...columns, { ...last, width: Math.max(NARROWEST, last.right ? last.width : rest) }] : [];
}

const WIDE =
  /\p{Extended_Pictographic}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u;
/** Emoji by the letter of Unicode that terminals show in one cell. */
const PLAIN = /^[\d#*©®™]$/u;
const segmenter = new Intl.Segmenter();
/** Line ends and escape sequences in a post must not reach the terminal. */
const CONTROL = /\p{Cc}+/gu;

const cellsOf = (part: string): number => (WIDE.test(part) && !PLAIN.test(part) ? 2 : 1);

/** Exactly `width` cells: cut with an ellipsis, or filled with blanks. */
export function inCells(text: string, width: number, right = false): string {
  let kept = '';
  let used = 0;
  let fits = '';
  let fitsUsed = 0;
  for (const { segment } of segmenter.segment(text.replace(CONTROL, ' '))) {
    kept += segment;
    used += cellsOf(segment);
    if (used > width) return `${fits}…${' '.repeat(width - 1 - fitsUsed)}`;
    if (used < width) [fits, fitsUsed] = [kept, used];
  }
  const blanks = ' '.repeat(width - used);
  return right ? blanks + kept : kept + blanks;
}

const shown = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.join(' ') : JSON.stringify(value);
};

export const header = (columns: readonly TableColumn[]): string =>
  columns
    .map(({ name, width, right }) => inCells(name, width, right))
    .join(GAP)
    .trimEnd();

export const line = (columns: readonly TableColumn[], row: Readonly<Record<string, unknown>>): string =>
  columns
    .map(({ name, width, right }) => inCells(shown(row[name]), width, right))
    .join(GAP)
    .trimEnd();
