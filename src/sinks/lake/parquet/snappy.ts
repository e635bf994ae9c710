// Snappy's raw format (github.com/google/snappy/blob/main/format_description.txt): a length, then literals and copies.
// Packages in plain JavaScript multiply beyond 2^53 and compare byte by byte, which takes twice the time.

/** Copies refer back within blocks of this size. */
const BLOCK = 1 << 16;
const MAX_TABLE_BITS = 14;
/** The last bytes of a block, in which no match is searched. */
const MARGIN = 15;
/** Longer literals are copied by one native call. */
const SHORT = 32;

const table = new Uint16Array(1 << MAX_TABLE_BITS);

/** Maximum size of the output of `compress`. */
export const maxCompressedBytes = (length: number): number => 32 + length + Math.floor(length / 6);

/** Compresses the first `length` bytes into `output`, which must have room for `maxCompressedBytes`; returns the bytes written. */
export function compress(input: Uint8Array, length: number, output: Uint8Array): number {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  let at = 0;
  let rest = length;
  for (; rest > 0x7f; rest >>>= 7) output[at++] = (rest & 0x7f) | 0x80;
  output[at++] = rest;
  for (let from = 0; from < length; from += BLOCK)
    at = compressBlock(input, view, from, Math.min(length, from + BLOCK), output, at);
  return at;
}

function compressBlock(
  input: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  output: Uint8Array,
  to: number,
): number {
  const bits = Math.max(8, Math.min(MAX_TABLE_BITS, 32 - Math.clz32(end - start)));
  const shift = 32 - bits;
  table.fill(0, 0, 1 << bits);
  const last = end - MARGIN;
  let at = to;
  let emitted = start;
  let next = start + 1;
  for (let skip = 32; next < last; ) {
    const ip = next;
    const word = view.getInt32(ip, true);
    const hash = Math.imul(word, 506832829) >>> shift;
    const candidate = start + table[hash]!;
    table[hash] = ip - start;
    if (view.getInt32(candidate, true) !== word) {
      // Without matches the steps grow.
      next += skip++ >>> 5;
      continue;
    }
    const length = matchLength(input, view, candidate, ip, end);
    at = putLiteral(input, emitted, ip, output, at);
    at = putCopies(ip - candidate, length, output, at);
    emitted = next = ip + length;
    skip = 32;
    if (next < last) table[Math.imul(view.getInt32(next - 1, true), 506832829) >>> shift] = next - 1 - start;
  }
  return emitted < end ? putLiteral(input, emitted, end, output, at) : at;
}

/** The first four bytes are already known to be equal. */
function matchLength(input: Uint8Array, view: DataView, a: number, b: number, end: number): number {
  let length = 4;
  while (b + length + 4 <= end && view.getInt32(a + length, true) === view.getInt32(b + length, true))
    length += 4;
  while (b + length < end && input[a + length] === input[b + length]) length++;
  return length;
}

function putLiteral(input: Uint8Array, from: number, end: number, output: Uint8Array, to: number): number {
  const length = end - from;
  if (length === 0) return to;
  let at = to;
  if (length <= 60) output[at++] = (length - 1) << 2;
  else if (length <= 256) {
    output[at++] = 60 << 2;
    output[at++] = length - 1;
  } else {
    output[at++] = 61 << 2;
    output[at++] = (length - 1) & 0xff;
    output[at++] = (length - 1) >>> 8;
  }
  if (length > SHORT) output.set(input.subarray(from, end), at);
  else for (let i = 0; i < length; i++) output[at + i] = input[from + i]!;
  return at + length;
}

function putCopies(offset: number, length: number, output: Uint8Array, to: number): number {
  let [at, left] = [to, length];
  // Leaves at least 4 for the last copy, the minimum of the short form.
  for (; left >= 68; left -= 64) at = putCopy(offset, 64, output, at);
  if (left > 64) {
    at = putCopy(offset, 60, output, at);
    left -= 60;
  }
  return putCopy(offset, left, output, at);
}

function putCopy(offset: number, length: number, output: Uint8Array, at: number): number {
  if (length < 12 && offset < 2048) {
    output[at] = 1 | ((length - 4) << 2) | ((offset >>> 8) << 5);
    output[at + 1] = offset & 0xff;
    return at + 2;
  }
  output[at] = 2 | ((length - 1) << 2);
  output[at + 1] = offset & 0xff;
  output[at + 2] = offset >>> 8;
  return at + 3;
}
