import type { Cell, Row } from '../../table.ts';
import { parseNumber } from '../cells/numbers.ts';
import { bareNames } from './bare-names.ts';
import { columnOf, simplify } from './fields.ts';

/** Where the data of a table begins, and what stands before it. */
export interface Header {
  /** Names as written; undefined if the table has no header. */
  readonly names: readonly string[] | undefined;
  readonly skipRows: number;
  /** The symbol that a line below the header gives to all columns. */
  readonly symbol?: string | undefined;
}

/** A header stands in one of the first rows: below an address, a title or comments. */
const FIRST_ROWS = 20;

const isBlank = (cell: Cell): boolean => cell == null || String(cell).trim() === '';
const isNumber = (cell: Cell): boolean =>
  typeof cell === 'number' ||
  typeof cell === 'bigint' ||
  (typeof cell === 'string' &&
    (parseNumber(cell.trim(), '.') >= 0 || /^[-+]?\d[\d.,:/ TZ+-]*%?$/.test(cell.trim())));

const isComment = (row: Row): boolean =>
  row.filter((cell) => !isBlank(cell)).length < 2 || /^\s*(?:#|\/\/)/.test(String(row[0] ?? ''));
const isNames = (row: Row): boolean =>
  !isComment(row) && row.every((cell) => isBlank(cell) || (typeof cell === 'string' && !isNumber(cell)));

const textsOf = (row: Row): string[] => row.map((cell) => String(cell ?? '').trim());

/** Whether names tell a time, and prices. */
function areEnough(names: readonly string[]): boolean {
  const simple = bareNames(names, undefined);
  const has = (field: Parameters<typeof columnOf>[1]): boolean => columnOf(simple, field) !== undefined;
  return (
    (has('time') || has('end')) &&
    (has('price') || (has('open') && has('high') && has('low')) || has('close'))
  );
}

/** yfinance: `Price,Close,High ...`, then `Ticker,BTC-USD ...`, then `Date,,,`. */
function threeLines(rows: readonly Row[], at: number): Header | undefined {
  const [names, tickers, dates] = [rows[at], rows[at + 1], rows[at + 2]].map((row) => row && textsOf(row));
  if (names === undefined || tickers === undefined || dates === undefined) return undefined;
  const isDates = /^date(?:time)?$/i.test(dates[0] ?? '') && dates.slice(1).every((name) => name === '');
  if (!isDates || simplify(tickers[0] ?? '') !== 'ticker') return undefined;
  const symbols = new Set(tickers.slice(1));
  return {
    names: [dates[0]!, ...names.slice(1)],
    skipRows: at + 3,
    symbol: symbols.size === 1 ? tickers[1] : [...symbols].join(','),
  };
}

/**
 * Finds the header among the first rows: the row that is `enough`, or that names a time and prices, else the first one
 * without numbers. `hasHeader` false: there is none.
 */
export function findHeader(
  rows: readonly Row[],
  hasHeader: boolean | undefined,
  enough: (names: readonly string[]) => boolean,
): Header {
  const first = rows.slice(0, FIRST_ROWS);
  const firstData = Math.max(
    first.findIndex((row) => !isComment(row) && row.some(isNumber)),
    0,
  );
  if (hasHeader === false) return { names: undefined, skipRows: firstData };
  for (const [at, row] of first.entries()) {
    const three = threeLines(first, at);
    if (three !== undefined) return three;
    if (isNames(row) && (enough(textsOf(row)) || areEnough(textsOf(row))))
      return { names: textsOf(row), skipRows: at + 1 };
  }
  const at = first.findIndex(isNames);
  if (at !== -1 && (at < firstData || firstData === 0))
    return { names: textsOf(first[at]!), skipRows: at + 1 };
  return { names: undefined, skipRows: firstData };
}
