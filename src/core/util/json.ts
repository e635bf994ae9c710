import { InvalidRecord } from '../stream/record.ts';
import { readExactly } from './exact-json.ts';

export type Json = Readonly<Record<string, unknown>>;

const NONE: readonly Json[] = Object.freeze([]);

/** Whether a parsed value is a JSON object: no array, not null. */
export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The array's objects; none for anything else. */
export const objectsOf = (value: unknown): readonly Json[] =>
  Array.isArray(value) && value.length > 0 ? (value.every(isObject) ? value : value.filter(isObject)) : NONE;

/** Arrays and objects inside one another, at most. Code that recurses over a parsed value relies on it. */
const DEEPEST = 64;
/** Characters of a line, or of a record that a stage works on, at most: one post or one quote has far fewer. */
export const LONGEST_LINE = 2 ** 20;
/** Characters of any JSON text, at most: no document of MongoDB and no message in use is larger than 16 MB. */
const LONGEST_TEXT = 16 * 2 ** 20;

/** What a JSON text holds. Throws Unreadable for no JSON, and for JSON that is longer or nested deeper than is safe. */
export function parseJson(text: string, longest = LONGEST_TEXT): unknown {
  if (text.length > longest)
    throw new InvalidRecord(`longer than ${longest / 2 ** 20} MB: it has ${text.length} characters`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InvalidRecord(`not JSON: ${(cause as Error).message.slice(0, 120)}`);
  }
  if (mayBeDeep(text) && isDeeper(value, DEEPEST)) throw new InvalidRecord(`nested deeper than ${DEEPEST}`);
  return value;
}

/** The object that a JSON text holds. Throws Unreadable. */
export function parseObject(text: string, longest?: number): Json {
  return objectOnly(parseJson(text, longest));
}

function objectOnly(value: unknown): Json {
  if (!isObject(value)) throw new InvalidRecord('not a JSON object');
  return value;
}

/** Whether a parsed value holds a number of 2^53 or more, which JSON.parse may have rounded, or one past all floats. */
function holdsLarge(value: unknown): boolean {
  if (typeof value === 'number') return value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) {
    for (const part of value) if (holdsLarge(part)) return true;
    return false;
  }
  for (const name in value) if (holdsLarge((value as Json)[name])) return true;
  return false;
}

/**
 * As `parseJson`, but whole numbers past 2^53 keep their digits: they are bigints, and `jsonText` writes them back.
 * For fields that only pass through. Throws Unreadable also for a number past the range of a float.
 */
export function parseExact(text: string, longest?: number): unknown {
  const value = parseJson(text, longest);
  return holdsLarge(value) ? readExactly(text) : value;
}

/** As `parseExact`, of an object. */
export const parseExactObject = (text: string, longest?: number): Json =>
  objectOnly(parseExact(text, longest));

/** JSON text of plain data; a bigint becomes a number with all its digits. Undefined for what JSON does not have. */
export function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // A bigint, which plain data seldom holds.
    if (!(error instanceof TypeError)) throw error;
    return exactText(value);
  }
}

function exactText(value: unknown): string | undefined {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map((part) => exactText(part) ?? 'null').join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const fields = Object.entries(value).flatMap(([name, part]) => {
    const text = exactText(part);
    return text === undefined ? [] : [`${JSON.stringify(name)}:${text}`];
  });
  return `{${fields.join(',')}}`;
}

/** The nearest float of a whole number that was read exactly; another value as it is. */
export const asFloat = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

/** A parsed number, or the number that a text holds; NaN for anything else. An object has no number: its own `valueOf` may be anything. */
export const numberOf = (value: unknown): number =>
  typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string'
    ? Number(value)
    : Number.NaN;

/** A parsed value as messages quote it: its first 60 characters. */
export const preview = (value: unknown): string => jsonText(value)?.slice(0, 60) ?? 'nothing';

/** Whether a text has brackets enough to be nested too deep; quick, for nearly all texts have fewer. */
function mayBeDeep(text: string): boolean {
  if (text.length < 2 * (DEEPEST + 1)) return false;
  let left = DEEPEST;
  for (let at = text.indexOf('{'); at !== -1; at = text.indexOf('{', at + 1)) if (left-- === 0) return true;
  for (let at = text.indexOf('['); at !== -1; at = text.indexOf('[', at + 1)) if (left-- === 0) return true;
  return false;
}

/** Whether arrays and objects stand inside one another in more than `levels`. Looks no deeper than that. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) {
    for (const part of value) if (isDeeper(part, levels - 1)) return true;
    return false;
  }
  for (const name in value) if (isDeeper((value as Json)[name], levels - 1)) return true;
  return false;
}
