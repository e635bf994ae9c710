import { Unreadable } from '../core/record.ts';

/** The object that a line of JSON holds. Throws Unreadable. */
export function parseObject(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new Unreadable(`not JSON: ${(cause as Error).message.slice(0, 120)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Unreadable('not a JSON object');
  return value as Record<string, unknown>;
}
