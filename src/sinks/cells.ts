import { InvalidRecord } from '../core/stream/record.ts';
import { asFloat, jsonText, preview } from '../core/util/json.ts';
import { readTime } from '../core/util/time.ts';
import type { Column } from '../market/catalog/columns.ts';

/** A value of one row and column: `time` as epoch milliseconds, `json` as its text. */
export type ColumnValue = string | number | boolean | readonly string[] | null;

/** Converts a value of a parsed record to a cell. Throws InvalidRecord when it has not the column's type. */
export type CellReader = (value: unknown) => ColumnValue;

const wrong = (column: Column, value: unknown, noun: string): InvalidRecord =>
  new InvalidRecord(`${column.name}: ${preview(value)} is no ${noun}`);

/** Readers of tables accept four-digit years; Python's start at year 1. */
const FIRST_TIME = Date.parse('0001-01-01');
const LAST_TIME_END = Date.UTC(10_000, 0, 1);

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
  /** Handles values of another type: null stays null, others are refused. */
  const refuse = (value: unknown): null => {
    if (value === undefined || value === null) return null;
    throw wrong(column, value, NOUNS[column.type]);
  };
  switch (column.type) {
    case 'text':
      return (value) => (typeof value === 'string' ? value : refuse(value));
    case 'number':
      return (value) => {
        const number = asFloat(value);
        return typeof number === 'number' && Number.isFinite(number) ? number : refuse(value);
      };
    case 'integer':
      return (value) => (Number.isSafeInteger(value) ? (value as number) : refuse(value));
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? value : refuse(value));
    case 'json':
      return (value) => (value === undefined || value === null ? null : jsonText(value)!);
    case 'texts':
      return (value) =>
        Array.isArray(value) && value.every((part) => typeof part === 'string') ? value : refuse(value);
    case 'time':
      return (value) => {
        const time = typeof value === 'string' ? readTime(value) : Number.NaN;
        if (Number.isNaN(time)) return refuse(value);
        if (time >= FIRST_TIME && time < LAST_TIME_END) return time;
        throw wrong(column, value, 'time between the years 1 and 9999');
      };
  }
}
