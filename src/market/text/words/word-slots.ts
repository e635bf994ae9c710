import { scanText } from '../lexicon/scan.ts';
import { isNameSign } from '../lexicon/tokens.ts';
import { EMPTY_HASH, mix } from '../lexicon/word-table.ts';

/** Slots of hashed words and pairs. */
export const SLOTS = 1 << 16;

const NUMBER = 0x2f0b4c47;
const isDigit = (unit: number): boolean => unit >= 48 && unit <= 57;

/** The slot of a 32-bit hash. */
const slotOf = (hash: number): number => {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 16)) & (SLOTS - 1);
};

/**
 * The slots of a text's words and of its pairs of neighbours, in `into` from 0; answers with their number, at most
 * `into.length`. Handles, cashtags and web addresses are left out, numbers are all alike, emoji are words.
 */
export function readWordSlots(text: string, into: Int32Array): number {
  const { units, count, starts, ends, coreStarts, coreEnds, hashes } = scanText(text);
  const most = into.length - 1;
  let size = 0;
  let previous = 0;
  for (let piece = 0; piece < count && size < most; piece++) {
    const start = starts[piece]!;
    const core = coreStarts[piece]!;
    const coreEnd = coreEnds[piece]!;
    let hash = hashes[piece]!;
    if (core < coreEnd) {
      if (core > start && isNameSign(units[core - 1]!)) continue;
      if (isDigit(units[core]!)) hash = NUMBER;
    } else {
      hash = EMPTY_HASH;
      for (let at = start; at < ends[piece]!; at++) hash = mix(hash, units[at]!);
    }
    into[size++] = slotOf(hash);
    if (previous !== 0) into[size++] = slotOf(Math.imul(previous, 0x01000193) ^ Math.imul(hash, 0x5bd1e995));
    previous = hash;
  }
  return size;
}
