import type { Physical } from './schema.ts';

/** Non-null values of a column; a Buffer contains them in the plain encoding already. */
export type PlainValues = Float64Array | readonly unknown[] | Buffer;

const HIGH = 2 ** 32;

/** Parquet's plain encoding: little-endian numbers, bits from the lowest, texts preceded by their length. */
export function plain(type: Physical, values: PlainValues): Uint8Array {
  if (values instanceof Buffer) return values;
  switch (type) {
    case 'BOOLEAN':
      return bits(values as ArrayLike<unknown>);
    case 'INT32':
      return bytesOf(Int32Array.from(values as ArrayLike<number>));
    case 'INT64':
      return longs(values as ArrayLike<number>);
    case 'DOUBLE':
      return bytesOf(values instanceof Float64Array ? values : Float64Array.from(values as number[]));
    case 'BYTE_ARRAY':
      return texts(values as readonly string[]);
    default:
      throw new Error(`cannot write values of type ${type}`);
  }
}

/** All platforms of Node are little-endian, except s390x. */
const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

function bits(values: ArrayLike<unknown>): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(values.length / 8));
  for (let i = 0; i < values.length; i++) if (values[i]) bytes[i >>> 3]! |= 1 << (i & 7);
  return bytes;
}

/** Whole numbers within 2^53 as 64 bits, without a BigInt for each. */
function longs(values: ArrayLike<number>): Uint8Array {
  const halves = new Int32Array(2 * values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    halves[2 * i] = value;
    halves[2 * i + 1] = Math.floor(value / HIGH);
  }
  return bytesOf(halves);
}

function texts(values: readonly string[]): Uint8Array {
  const sizes = values.map((text) => Buffer.byteLength(text));
  const bytes = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + 4 + size, 0));
  let at = 0;
  for (const [i, text] of values.entries()) {
    at = bytes.writeUInt32LE(sizes[i]!, at);
    at += bytes.write(text, at);
  }
  return bytes;
}
