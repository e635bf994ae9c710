import type { ColumnType } from '../market/datasets.ts';

const WIDE =
  /\p{Extended_Pictographic}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u;
/** Emoji by the letter of Unicode that terminals show in one cell. */
const PLAIN = /^[\d#*©®™]$/u;
const segmenter = new Intl.Segmenter();
/** Line ends and escape sequences in a post must not reach the terminal. */
const CONTROL = /\p{Cc}+/gu;

const cellsOf = (part: string): number => (WIDE.test(part) && !PLAIN.test(part) ? 2 : 1);

const ASCII = /^[ -~]*$/;

/** Terminal cells that a text takes. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let cells = 0;
  for (const { segment } of segmenter.segment(text)) cells += cellsOf(segment);
  return cells;
}

/** Exactly `width` cells: cut with an ellipsis, or filled with blanks. */
export function inCells(text: string, width: number, right = false): string {
  if (text.length <= width && ASCII.test(text)) return right ? text.padStart(width) : text.padEnd(width);
  let kept = '';
  let used = 0;
  let fits = '';
  let fitsUsed = 0;
  for (const { segment } of segmenter.segment(text)) {
    kept += segment;
    used += cellsOf(segment);
    if (used > width) return `${fits}…${' '.repeat(width - 1 - fitsUsed)}`;
    if (used < width) [fits, fitsUsed] = [kept, used];
  }
  const blanks = ' '.repeat(width - used);
  return right ? blanks + kept : kept + blanks;
}

/** What a cell says of a value: nothing for none; a time without the seconds and milliseconds that it has not. */
export function cellText(value: unknown, type: ColumnType): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.join(' ').replace(CONTROL, ' ');
  if (typeof value !== 'string') return JSON.stringify(value);
  return (type === 'time' ? value.replace(/(?::00)?\.000Z$/, 'Z') : value).replace(CONTROL, ' ');
}
