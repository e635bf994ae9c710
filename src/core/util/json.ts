import { InvalidRecord } from '../stream/record.ts';
import { readExactly } from './exact-json.ts';

export type Json = Readonly<Record<string, unknown>>;

const NONE: readonly Json[] = Object.freeze([]);

/** Whether a parsed value is a JSON object: neither an array nor null. */
export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The objects of an array; empty for anything but an array. */
export const objectsOf = (value: unknown): readonly Json[] =>
  Array.isArray(value) && value.length > 0 ? (value.every(isObject) ? value : value.filter(isObject)) : NONE;

/** Maximum nesting of arrays and objects. Code that recurses over a parsed value relies on it. */
const DEEPEST = 64;
/** Maximum bytes of a line that is read, and characters of a record that a stage processes; posts and quotes are far shorter. */
export const LONGEST_LINE = 2 ** 20;
/** Maximum characters of any JSON text; the largest MongoDB documents and messages have 16 MB. */
const LONGEST_TEXT = 16 * 2 ** 20;

/** Why a text is rejected that is longer than `longest`, which is some MB. */
export const tooLongReason = (longest: number): string => `longer than ${longest / 2 ** 20} MB`;

/** Parses JSON. Throws InvalidRecord if the text is not JSON, too long, or nested too deep. */
export function parseJson(text: string, longest = LONGEST_TEXT): unknown {
  if (text.length > longest)
    throw new InvalidRecord(`${tooLongReason(longest)}: it has ${text.length} characters`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InvalidRecord(`not JSON: ${(cause as Error).message.slice(0, 120)}`);
  }
  if (mayBeDeep(text) && isDeeper(value, DEEPEST)) throw new InvalidRecord(`nested deeper than ${DEEPEST}`);
  return value;
}

/** Parses a JSON object. Throws InvalidRecord. */
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
 * Like `parseJson`, but whole numbers past 2^53 become bigints, which keep all digits and which `jsonText` writes back.
 * For fields that only pass through. Also throws InvalidRecord for a number out of the range of a float.
 */
export function parseExact(text: string, longest?: number): unknown {
  const value = parseJson(text, longest);
  return holdsLarge(value) ? readExactly(text) : value;
}

/** Like `parseExact`, for an object. */
export const parseExactObject = (text: string, longest?: number): Json =>
  objectOnly(parseExact(text, longest));

/** JSON text of plain data; a bigint becomes a number with all its digits. Undefined for values that JSON cannot express. */
export function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // A bigint; rare in plain data.
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

/** Converts a bigint to the nearest float; returns any other value unchanged. */
export const asFloat = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

/** The number in a parsed number or text; NaN for anything else. Objects are excluded because they may define `valueOf`. */
export const numberOf = (value: unknown): number =>
  typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string'
    ? Number(value)
    : Number.NaN;

/** The first 60 characters of a parsed value, for messages. */
export const preview = (value: unknown): string => jsonText(value)?.slice(0, 60) ?? 'nothing';

/** Whether a text has enough brackets to be nested too deep. A fast check that most texts fail. */
function mayBeDeep(text: string): boolean {
  if (text.length < 2 * (DEEPEST + 1)) return false;
  let left = DEEPEST;
  for (let at = text.indexOf('{'); at !== -1; at = text.indexOf('{', at + 1)) if (left-- === 0) return true;
  for (let at = text.indexOf('['); at !== -1; at = text.indexOf('[', at + 1)) if (left-- === 0) return true;
  return false;
}

/** Whether arrays and objects are nested deeper than `levels`. Looks no deeper than that. */
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
