import { Unreadable } from '../core/record.ts';

/** The JSON object that a record's value is. Throws Unreadable. */
export function parseObject(value: string): Readonly<Record<string, unknown>> {
  let row: unknown;
  try {
    row = JSON.parse(value);
  } catch {
    throw new Unreadable('the value is not JSON');
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw new Unreadable('the value is not a JSON object');
  return row as Record<string, unknown>;
}
