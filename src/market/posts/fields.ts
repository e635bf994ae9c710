import { InvalidRecord } from '../../core/stream/record.ts';
import { isObject, type Json, objectsOf, preview } from '../../core/util/json.ts';

/** Readers of single JSON fields. An absent or null field gives null; one of a wrong type throws InvalidRecord. */

/** The object, or undefined for anything else. */
export const asObject = (value: unknown): Json | undefined => (isObject(value) ? value : undefined);

export const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export const flagOrNull = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null);

/** A whole number from 0 to 2^53, or null if absent. */
export function countOrNull(value: unknown, field: string): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'number' || !(value >= 0) || !Number.isSafeInteger(value))
    throw new InvalidRecord(`${field}: ${preview(value)} is not a count`);
  return value;
}

/** X's longest posts have 25,000 characters. A much longer text is a broken line, and scanning it would cost memory. */
const LONGEST_TEXT = 100_000;

/** The text of a post: required, may be empty. */
export function requiredText(value: unknown, field: string): string {
  if (typeof value !== 'string') throw new InvalidRecord(`${field}: ${preview(value)} is not a text`);
  if (value.length > LONGEST_TEXT)
    throw new InvalidRecord(`${field}: ${value.length} characters are more than a post can have`);
  return value;
}

/** X's ids have 1 to 19 digits. */
const ID = /^\d{1,19}$/;

/**
 * An id as text. `exact` is the text form (v1.1 `id_str`); `number` may be a JSON number, which is rejected above 2^53
 * because JSON.parse has already rounded its last digits.
 */
export function requiredId(exact: unknown, number: unknown, field: string): string {
  const id = exact ?? number;
  if (typeof id === 'string' && ID.test(id)) return id;
  if (typeof id === 'number' && Number.isSafeInteger(id) && id >= 0) return String(id);
  if (typeof id === 'number' && id > Number.MAX_SAFE_INTEGER)
    throw new InvalidRecord(`${field}: ${id} is above 2^53 and no longer exact; use a text id (id_str)`);
  if (id === undefined || id === null) throw new InvalidRecord(`${field} is missing`);
  throw new InvalidRecord(`${field}: ${preview(id)} is not a post id`);
}

/** An optional id; also null if its digits are lost. */
export function idOrNull(exact: unknown, number?: unknown): string | null {
  const id = exact ?? number;
  if (typeof id === 'string') return id;
  return typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : null;
}

/** A post id as text; undefined if it is not an id, or a number that has lost its last digits. */
export function exactId(exact: unknown, number?: unknown): string | undefined {
  const id = idOrNull(exact, number);
  return id !== null && ID.test(id) ? id : undefined;
}

/** Ids are numbers that increase with time. */
export const isEarlierId = (a: string, b: string): boolean =>
  a.length === b.length ? a < b : a.length < b.length;

/** The texts under `name` (or `otherName`) of each entity in a list. */
export function textsOf(value: unknown, name: string, otherName = name): string[] {
  const texts: string[] = [];
  for (const part of objectsOf(value)) {
    const text = part[name] ?? part[otherName];
    if (typeof text === 'string') texts.push(text);
  }
  return texts;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** Undoes X's escapes of `&`, `<` and `>`, once: the user typed `&amp;lt;` as `&lt;`. */
export const unescapeText = (text: string): string =>
  text.includes('&') ? text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity]!) : text;
