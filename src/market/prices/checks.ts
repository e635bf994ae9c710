import { InvalidRecord } from '../../core/stream/record.ts';
import { isObject, type Json, preview } from '../../core/util/json.ts';
import { type Millis, readTime } from '../../core/util/time.ts';

/** Maximum length of a currency symbol. A longer one is a broken line, and would not fit into a state key. */
const LONGEST_SYMBOL = 32;

/** A lone surrogate has no UTF-8 form: symbols that differ only in one would be stored as the same. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function hasLoneSurrogate(text: string): boolean {
  for (let i = 0; i < text.length; i++)
    if ((text.charCodeAt(i) & 0xf800) === 0xd800) return LONE_SURROGATE.test(text);
  return false;
}

/** These throw InvalidRecord, naming the field. */
export const symbol = (value: unknown, field: string): string => {
  if (typeof value !== 'string' || value === '' || value.length > LONGEST_SYMBOL || hasLoneSurrogate(value))
    throw new InvalidRecord(`${field}: ${preview(value)} is not a currency symbol`);
  return value;
};

export const positive = (value: unknown, field: string): number => {
  if (typeof value !== 'number' || !(value > 0) || value === Number.POSITIVE_INFINITY)
    throw new InvalidRecord(`${field}: ${preview(value)} is not a positive number`);
  return value;
};

/** A number that may be 0. */
export const amount = (value: unknown, field: string): number => {
  if (typeof value !== 'number' || !(value >= 0) || value === Number.POSITIVE_INFINITY)
    throw new InvalidRecord(`${field}: ${preview(value)} is not a number from 0`);
  return value;
};

export const instant = (value: unknown, field: string): Millis => {
  const time = typeof value === 'string' ? readTime(value) : Number.NaN;
  if (Number.isNaN(time)) throw new InvalidRecord(`${field}: ${preview(value)} is not a time`);
  return time;
};

export const fields = (value: unknown): Json => {
  if (!isObject(value)) throw new InvalidRecord('not an object');
  return value;
};
