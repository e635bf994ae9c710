import { Unreadable } from './record.ts';

export type Json = Readonly<Record<string, unknown>>;

const NONE: readonly Json[] = Object.freeze([]);

/** Whether a parsed value is a JSON object: no array, not null. */
export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The array's objects; none for anything else. */
export const objectsOf = (value: unknown): readonly Json[] =>
  Array.isArray(value) && value.length > 0 ? (value.every(isObject) ? value : value.filter(isObject)) : NONE;

/** What a JSON text holds. Throws Unreadable. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Unreadable(`not JSON: ${(cause as Error).message.slice(0, 120)}`);
  }
}

/** The object that a JSON text holds. Throws Unreadable. */
export function parseObject(text: string): Json {
  const value = parseJson(text);
  if (!isObject(value)) throw new Unreadable('not a JSON object');
  return value;
}

/** A parsed value as messages quote it: its first 60 characters. */
export const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 60) ?? 'nothing';
