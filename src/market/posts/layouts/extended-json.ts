import { isObject, type Json, numberOf } from '../../../core/util/json.ts';

/** MongoDB's Extended JSON v2 wraps a value in an object with one of these keys. */
const NUMBERS: readonly string[] = ['$numberInt', '$numberLong', '$numberDouble', '$numberDecimal'];

function unwrapped(name: string, value: unknown): unknown {
  // An id of 19 digits stays a text: as a number it would be rounded.
  if (name === '$numberLong' && typeof value === 'string')
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (NUMBERS.includes(name)) return numberOf(value);
  if (name === '$date') return isObject(value) ? numberOf(value.$numberLong) : value;
  return name === '$oid' ? value : undefined;
}

/** Whether the text of a line has a value in Extended JSON. */
export const isExtendedJson = (text: string): boolean => /"\$(?:number[A-Z]\w+|date|oid)"\s*:/.test(text);

/** A value of mongoexport as plain JSON. */
export function fromExtendedJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromExtendedJson);
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  const [name, inner] = entries[0] ?? [];
  const plain = entries.length === 1 && name?.startsWith('$') ? unwrapped(name, inner) : undefined;
  if (plain !== undefined) return plain;
  return Object.fromEntries(entries.map(([key, part]) => [key, fromExtendedJson(part)])) as Json;
}
