import { shown } from '../core/json.ts';
import { Unreadable } from '../core/record.ts';
import { readTime } from '../core/time.ts';
import type { Column } from '../market/datasets.ts';

/** A value of one row and column: `time` as epoch milliseconds, `json` as its text. */
export type Cell = string | number | boolean | readonly string[] | null;

/** Takes a value of a parsed record into a cell. Throws Unreadable when it is not of the column's type. */
export type CellReader = (value: unknown) => Cell;

const wrong = (column: Column, value: unknown): Unreadable =>
  new Unreadable(`${column.name}: ${shown(value)} is no ${NOUNS[column.type]}`);

const NOUNS = {
  text: 'text',
  number: 'number',
  integer: 'whole number within 2^53',
  time: 'time',
  boolean: 'true or false',
  texts: 'list of texts',
  json: 'JSON',
} as const;

export function cellReader(column: Column): CellReader {
  /** What is neither taken nor null. */
  const refuse = (value: unknown): null => {
    if (value === undefined || value === null) return null;
    throw wrong(column, value);
  };
  switch (column.type) {
    case 'text':
      return (value) => (typeof value === 'string' ? value : refuse(value));
    case 'number':
      return (value) => (typeof value === 'number' && Number.isFinite(value) ? value : refuse(value));
    case 'integer':
      return (value) => (Number.isSafeInteger(value) ? (value as number) : refuse(value));
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? value : refuse(value));
    case 'json':
      return (value) => (value === undefined || value === null ? null : JSON.stringify(value));
    case 'texts':
      return (value) =>
        Array.isArray(value) && value.every((part) => typeof part === 'string') ? value : refuse(value);
    case 'time':
      return (value) => {
        const time = typeof value === 'string' ? readTime(value) : Number.NaN;
        return Number.isNaN(time) ? refuse(value) : time;
      };
  }
}
