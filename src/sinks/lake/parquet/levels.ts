import type { Dictionary } from './dictionary.ts';
import type { PlainValues } from './plain.ts';

/** A run of a column as Parquet stores it: the non-null values, and Dremel's levels that place them. */
export interface Levels {
  readonly values: PlainValues;
  readonly repetition: ArrayLike<number>;
  readonly definition: ArrayLike<number>;
  /** Replaces `values` for texts with few distinct values. */
  readonly dictionary?: Dictionary;
}

/**
 * Encodes levels up to `most` in the hybrid encoding, preceded by its length in four bytes: one run if all are equal, as
 * they usually are, else packed bits.
 */
export function encodeLevels(levels: ArrayLike<number>, most: number): Uint8Array {
  const width = 32 - Math.clz32(most);
  const count = levels.length;
  const [first = 0] = [levels[0]];
  let same = 1;
  while (same < count && levels[same] === first) same++;
  const isOneRun = same >= count;
  const groups = Math.ceil(count / 8);
  const bytes = new Uint8Array(4 + 5 + (isOneRun ? 1 : groups * width));
  let at = 4;
  let head = isOneRun ? count * 2 : groups * 2 + 1;
  for (; head > 0x7f; head = Math.floor(head / 128)) bytes[at++] = (head % 128) | 0x80;
  bytes[at++] = head;
  if (isOneRun) bytes[at++] = first;
  else {
    for (let i = 0, bit = at * 8; i < count; i++, bit += width) {
      const level = levels[i]! << (bit & 7);
      bytes[bit >>> 3]! |= level;
      if (level > 0xff) bytes[(bit >>> 3) + 1]! |= level >>> 8;
    }
    at += groups * width;
  }
  const length = at - 4;
  for (let i = 0; i < 4; i++) bytes[i] = length >>> (8 * i);
  return bytes.subarray(0, at);
}
