import { Unreadable } from '../../core/record.ts';
import { readTime } from '../../core/time.ts';
import type { Column } from '../../market/datasets.ts';

/** A value of one row and column: `time` as epoch milliseconds, `json` as its text. */
export type Cell = string | number | boolean | readonly string[] | null;

/** Takes a value of a parsed record into a cell. Throws Unreadable when it is not of the column's type. */
export type CellReader = (value: unknown) => Cell;

const wrong = (column: Column, value: unknown): Unreadable =>
  new Unreadable(`${column.name}: ${JSON.stringify(value)?.slice(0, 60)} is no ${NOUNS[column.type]}`);

const NOUNS = {
  text: 'text',
  number: 'number',
  integer: 'whole number within 2^53',
  time: 'time',
  boolean: 'true or false',
  texts: 'list of texts',
  json: 'JSON',
} as const;

/** Distinct texts of a column up to which equal ones share one string in memory; above, it is a column of ids. */
const FEW = 1000;

/** Gives equal texts as the same string, so that a column of few values costs a pointer a row. */
function sharing(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    if (known.size >= FEW) return text;
    const same = known.get(text);
    if (same === undefined) known.set(text, text);
    return same ?? text;
  };
}

export function cellReader(column: Column): CellReader {
  const share = sharing();
  const check = (fits: (value: unknown) => boolean): CellReader => {
    return (value) => {
      if (value === undefined || value === null) return null;
      if (fits(value)) return value as Cell;
      throw wrong(column, value);
    };
  };
  switch (column.type) {
    case 'text':
      return (value) => {
        if (typeof value === 'string') return share(value);
        if (value === undefined || value === null) return null;
        throw wrong(column, value);
      };
    case 'number':
      return check((value) => typeof value === 'number' && Number.isFinite(value));
    case 'integer':
      return check(Number.isSafeInteger);
    case 'boolean':
      return check((value) => typeof value === 'boolean');
    case 'texts':
      return check((value) => Array.isArray(value) && value.every((part) => typeof part === 'string'));
    case 'json':
      return (value) => (value === undefined || value === null ? null : JSON.stringify(value));
    case 'time':
      return (value) => {
        if (value === undefined || value === null) return null;
        const time = typeof value === 'string' ? readTime(value) : Number.NaN;
        if (!Number.isNaN(time)) return time;
        throw wrong(column, value);
      };
  }
}
