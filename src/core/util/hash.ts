const SEED = 0x9747b28c;
const M = 0x5bd1e995;
const encoder = new TextEncoder();
const scratch = new Uint8Array(512);

/** Murmur2 over UTF-8, as in Kafka's default partitioner, so a key goes to the same partition on every bus. */
export function murmur2(text: string): number {
  const data = text.length * 3 <= scratch.length ? scratch : encoder.encode(text);
  const length = data === scratch ? encoder.encodeInto(text, scratch).written : data.length;
  let hash = SEED ^ length;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    let k = data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24);
    k = Math.imul(k, M);
    k ^= k >>> 24;
    hash = Math.imul(hash, M) ^ Math.imul(k, M);
  }
  const rest = length - at;
  if (rest === 3) hash ^= data[at + 2]! << 16;
  if (rest >= 2) hash ^= data[at + 1]! << 8;
  if (rest >= 1) hash = Math.imul(hash ^ data[at]!, M);
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
}

/** The partition of a key. */
export function partitionOf(text: string, partitions: number): number {
  return partitions === 1 ? 0 : (murmur2(text) & 0x7fffffff) % partitions;
}
