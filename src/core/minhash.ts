import { random } from './random.ts';

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

const K1 = 0x9e3779b1;
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
  const count = Math.max(1, length - SHINGLE + 1);
  for (let at = 0; at < count; at++) {
    let hash = 0;
    const end = Math.min(length, at + SHINGLE);
    for (let i = at; i < end; i++) hash = Math.imul(hash, K1) + text.charCodeAt(i) + 1;
    hashes[at] = mixed(hash);
  }
  return count;
}

/** The signature of a text that is not empty. */
export function signatureOf(text: string): Signature {
  const count = shingle(text);
  const signature = new Uint8Array(PERMUTATIONS);
  for (let i = 0; i < PERMUTATIONS; i++) {
    const factor = FACTORS[i]!;
    const offset = OFFSETS[i]!;
    let least = 0x7fffffff;
    for (let at = 0; at < count; at++) {
      const hash = (Math.imul(factor, hashes[at]!) + offset) | 0;
      if (hash < least) least = hash;
    }
    // Low bits of a product are poor, and the highest of a least hash nearly always the same.
    signature[i] = least >>> 10;
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
