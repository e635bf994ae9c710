import type { Cell } from '../../table.ts';
import type { DateOrder } from '../layout.ts';

const PARTS = /^(?:[A-Za-z]{3,9},? )?(\d{1,2})([-/. ])(\d{1,2})\2\d{4}(?!\d)/;

/**
 * Whether days or months come first in dates such as 31/12/2024. Undefined if no date begins so. `why`: no day of the
 * dates is past 12, so both would do.
 */
export function dateOrderOf(cells: Iterable<Cell>): DateOrder | undefined | { readonly why: string } {
  let dmy = 0;
  let mdy = 0;
  let example: string | undefined;
  for (const cell of cells) {
    const match = typeof cell === 'string' ? PARTS.exec(cell.trim()) : null;
    if (match === null) continue;
    // Only German and its neighbours write dates with points: the day comes first.
    if (match[2] === '.' || Number(match[1]) > 12) dmy++;
    else if (Number(match[3]) > 12) mdy++;
    else example ??= (cell as string).trim().slice(0, 10);
  }
  if (dmy > 0 && mdy === 0) return 'dmy';
  if (mdy > 0 && dmy === 0) return 'mdy';
  if (dmy > 0)
    return {
      why: 'some dates begin with the day, others with the month: add --date-order mdy or --date-order dmy',
    };
  return example === undefined
    ? undefined
    : {
        why: `a date such as ${example} may begin with the day or the month: add --date-order mdy (month first) or --date-order dmy`,
      };
}

const DAY_ONLY =
  /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{8}|\d{1,2}-[A-Za-z]{3}-\d{4})$/;
const CLOCK_ONLY = /^(?:\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?|\d{3,6})$/;

export const isDayOnly = (cell: Cell): boolean => DAY_ONLY.test(String(cell ?? '').trim());
export const isClockOnly = (cell: Cell): boolean => CLOCK_ONLY.test(String(cell ?? '').trim());
