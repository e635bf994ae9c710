import { random } from '../util/random.ts';

/** Permutations of a signature, as many as in the sample-stream project. */
export const PERMUTATIONS = 90;
/** Characters of a shingle. Characters, not words: Japanese and Thai have no spaces, and one typo is a small change. */
const SHINGLE = 4;
/** Characters of a text that are compared; a post may have 25,000. */
const LONGEST = 2000;
/** One byte of each minimum is kept, so unrelated texts agree in 1 of 256 by chance. */
const VALUES = 256;

/** One byte of the minimum hash per permutation. The share of equal bytes estimates the similarity of two texts. */
export type Signature = Uint8Array;

const { below } = random(90, 'minhash');
/** x -> a x + b modulo 2^32 with odd a permutes the hashes. */
const FACTORS = Int32Array.from({ length: PERMUTATIONS }, () => below(2 ** 32) | 1);
const OFFSETS = Int32Array.from({ length: PERMUTATIONS }, () => below(2 ** 32) | 0);

const LARGEST = 0x7fffffff;
/** Selects the byte kept: the low bits of a product are weak, and the high bits of a minimum are nearly always 0. */
const SHIFT = 10;
/** The rolling hash has multiplied the character that leaves the shingle by K_LEAVING. */
const K = 0x9e3779b1;
const K_LEAVING = Math.imul(Math.imul(K, K), Math.imul(K, K));
const hashes = new Int32Array(LONGEST);

/** Murmur3's finalizer: every output bit depends on every input bit. */
function mixed(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Writes the hashes of a text's shingles into `hashes` and returns their number; a text shorter than a shingle has one. */
function shingle(text: string): number {
  const length = Math.min(text.length, LONGEST);
  let count = 0;
  let rolling = 0;
  for (let at = 0; at < length; at++) {
    const leaving = at < SHINGLE ? 0 : Math.imul(text.charCodeAt(at - SHINGLE) + 1, K_LEAVING);
    rolling = (Math.imul(rolling, K) + text.charCodeAt(at) + 1 - leaving) | 0;
    if (at >= SHINGLE - 1 || at === length - 1) hashes[count++] = mixed(rolling);
  }
  return count;
}

/** The signature of a non-empty text. */
export function signatureOf(text: string): Signature {
  const count = shingle(text);
  const signature = new Uint8Array(PERMUTATIONS);
  // The hot loop. Three permutations at a time run in parallel on the CPU; a + (d & d >> 31) with d = b - a is a minimum
  // without a branch, which would be mispredicted.
  for (let i = 0; i < PERMUTATIONS; i += 3) {
    const a0 = FACTORS[i]!;
    const a1 = FACTORS[i + 1]!;
    const a2 = FACTORS[i + 2]!;
    const b0 = OFFSETS[i]!;
    const b1 = OFFSETS[i + 1]!;
    const b2 = OFFSETS[i + 2]!;
    let least0 = LARGEST;
    let least1 = LARGEST;
    let least2 = LARGEST;
    for (let at = 0; at < count; at++) {
      const hash = hashes[at]!;
      const less0 = (((Math.imul(a0, hash) + b0) >>> 1) - least0) | 0;
      const less1 = (((Math.imul(a1, hash) + b1) >>> 1) - least1) | 0;
      const less2 = (((Math.imul(a2, hash) + b2) >>> 1) - least2) | 0;
      least0 += less0 & (less0 >> 31);
      least1 += less1 & (less1 >> 31);
      least2 += less2 & (less2 >> 31);
    }
    signature[i] = least0 >>> SHIFT;
    signature[i + 1] = least1 >>> SHIFT;
    signature[i + 2] = least2 >>> SHIFT;
  }
  return signature;
}

/** The estimated Jaccard similarity of two texts whose signatures agree in this many bytes. */
export const similarityOf = (agreeing: number): number =>
  (agreeing / PERMUTATIONS - 1 / VALUES) / (1 - 1 / VALUES);

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** The two letters of base64 for 12 bits. */
const PAIRS = Array.from(
  { length: 4096 },
  (_, bits) => LETTERS.charAt(bits >> 6) + LETTERS.charAt(bits & 63),
);

/** Base64. */
export function signatureText(signature: Signature): string {
  let text = '';
  for (let at = 0; at < PERMUTATIONS; at += 3) {
    const bits = (signature[at]! << 16) | (signature[at + 1]! << 8) | signature[at + 2]!;
    text += PAIRS[bits >> 12]! + PAIRS[bits & 4095]!;
  }
  return text;
}
export const signatureFrom = (text: string): Signature =>
  Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
