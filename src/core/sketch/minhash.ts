import { random } from '../util/random.ts';

/** Permutations of a signature, as the sample-stream project had them. */
export const PERMUTATIONS = 90;
/** Characters of a shingle. Characters, not words: Japanese and Thai have no spaces, and one typo is a small change. */
const SHINGLE = 4;
/** So much of a text is compared: a post may have 25,000 characters. */
const LONGEST = 2000;
/** A byte of each least hash is kept: unlike texts agree in one of so many by chance. */
const VALUES = 256;

/** For each permutation the byte of its least hash: texts agree in a share of them that is their similarity, about. */
export type Signature = Uint8Array;

const { below } = random(90, 'minhash');
/** Odd factors and offsets of x -> a x + b modulo 2^32: permutations of the hashes. */
const FACTORS = Int32Array.from({ length: PERMUTATIONS }, () => below(2 ** 32) | 1);
const OFFSETS = Int32Array.from({ length: PERMUTATIONS }, () => below(2 ** 32) | 0);

const LARGEST = 0x7fffffff;
/** The byte kept: low bits of a product are poor, and the highest of a least hash nearly always the same. */
const SHIFT = 10;
/** Of the rolling hash: by which the character that leaves was multiplied meanwhile. */
const K = 0x9e3779b1;
const K_LEAVING = Math.imul(Math.imul(K, K), Math.imul(K, K));
const hashes = new Int32Array(LONGEST);

/** Every bit of the result depends on every bit given (the end of Murmur3). */
function mixed(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Hashes of a text's shingles into `hashes`; of a shorter text there is one. Gives how many. */
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

/** The signature of a text that is not empty. */
export function signatureOf(text: string): Signature {
  const count = shingle(text);
  const signature = new Uint8Array(PERMUTATIONS);
  // Nearly all the time goes by here: three at a time, which the processor does side by side, and without branches,
  // which it could not foresee: the lesser of two is a + (d & d >> 31) for d = b - a.
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

/** The share of shingles in common (Jaccard) that two signatures speak for, when they agree in so many places. */
export const similarityOf = (agreeing: number): number =>
  (agreeing / PERMUTATIONS - 1 / VALUES) / (1 - 1 / VALUES);

/** A signature as text, and back. */
export const signatureText = (signature: Signature): string => btoa(String.fromCharCode(...signature));
export const signatureFrom = (text: string): Signature =>
  Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
