/** Castagnoli's polynomial, bits reversed (RFC 3720, appendix B.4). */
const POLYNOMIAL = 0x82f63b78;
const BYTES_A_STEP = 16;

/** Row `r`, entry `n`: the checksum of byte `n` with `r` zero bytes after it. */
const table = new Int32Array(BYTES_A_STEP << 8);
for (let n = 0; n < 256; n++) {
  let crc = n;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  table[n] = crc;
}
for (let at = 256; at < table.length; at++)
  table[at] = (table[at - 256]! >>> 8) ^ table[table[at - 256]! & 0xff]!;

/** Four rows at once, the first of them for the word's last byte. */
const slice = (word: number, row: number): number =>
  table[((row + 3) << 8) | (word & 0xff)]! ^
  table[((row + 2) << 8) | ((word >>> 8) & 0xff)]! ^
  table[((row + 1) << 8) | ((word >>> 16) & 0xff)]! ^
  table[(row << 8) | (word >>> 24)]!;

function byBytes(crc: number, bytes: Uint8Array, from: number, to: number): number {
  let rest = crc;
  for (let i = from; i < to; i++) rest = (rest >>> 8) ^ table[(rest ^ bytes[i]!) & 0xff]!;
  return rest;
}

/** Unsigned CRC-32C of a range. "Slicing by 16": sixteen bytes per step, on little-endian machines. */
export function crc32c(bytes: Uint8Array, from = 0, to = bytes.length): number {
  if (to - from < 2 * BYTES_A_STEP) return ~byBytes(-1, bytes, from, to) >>> 0;
  const start = from + (-(bytes.byteOffset + from) & 3);
  let crc = byBytes(-1, bytes, from, start);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + start, ((to - start) >> 4) << 2);
  for (let i = 0; i < words.length; i += 4)
    crc =
      slice(crc ^ words[i]!, 12) ^
      slice(words[i + 1]!, 8) ^
      slice(words[i + 2]!, 4) ^
      slice(words[i + 3]!, 0);
  crc = byBytes(crc, bytes, start + words.length * 4, to);
  return ~crc >>> 0;
}
