import { isObject } from '../core/json.ts';
import { Unreadable } from '../core/record.ts';

/** The JSON object that a record's value is. Throws Unreadable. */
export function parseObject(value: string): Readonly<Record<string, unknown>> {
  let row: unknown;
  try {
    row = JSON.parse(value);
  } catch {
    throw new Unreadable('the value is not JSON');
  }
  if (!isObject(row)) throw new Unreadable('the value is not a JSON object');
  return row;
}
