import stringWidth from 'string-width';
import { shortNumber } from '../../core/text/numbers.ts';
import { stripControlCharacters } from '../../core/text/printable-text.ts';
import type { ColumnType } from '../../market/catalog/columns.ts';

const segmenter = new Intl.Segmenter();
const ASCII = /^[ -~]*$/;

/** Terminal cells that a text occupies, without colour codes. */
export const displayWidth = (text: string): number => (ASCII.test(text) ? text.length : stringWidth(text));

/** Exactly `width` cells: cut with an ellipsis, or padded with spaces. */
export function fitToWidth(text: string, width: number, right = false): string {
  if (text.length <= width && ASCII.test(text)) return right ? text.padStart(width) : text.padEnd(width);
  let kept = '';
  let used = 0;
  let fits = '';
  let fitsUsed = 0;
  for (const { segment } of segmenter.segment(text)) {
    kept += segment;
    used += displayWidth(segment);
    if (used > width) return `${fits}…${' '.repeat(width - 1 - fitsUsed)}`;
    if (used < width) [fits, fitsUsed] = [kept, used];
  }
  const blanks = ' '.repeat(width - used);
  return right ? blanks + kept : kept + blanks;
}

/** The text of a value: empty for null; numbers are rounded, and times omit zero seconds and milliseconds. */
export function cellText(value: unknown, type: ColumnType): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return stripControlCharacters(value.join(' '));
  if (typeof value === 'number' && type === 'number') return shortNumber(value);
  if (typeof value !== 'string') return stripControlCharacters(JSON.stringify(value));
  return stripControlCharacters(type === 'time' ? value.replace(/(?::00)?\.000Z$/, 'Z') : value);
}
