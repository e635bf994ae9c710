import { isObject } from '../core/json.ts';
import { Unreadable } from '../core/record.ts';

/** The object that a line of JSON holds. Throws Unreadable. */
export function parseObject(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new Unreadable(`not JSON: ${(cause as Error).message.slice(0, 120)}`);
  }
  if (!isObject(value)) throw new Unreadable('not a JSON object');
  return value;
}
