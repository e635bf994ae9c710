import { type Dictionary, encodeIndices } from './dictionary.ts';
import { encodeLevels, type Levels } from './levels.ts';
import { plain } from './plain.ts';
import type { Leaf } from './schema.ts';
import { compress, maxCompressedBytes } from './snappy.ts';
import { ThriftWriter } from './thrift.ts';

/** `Encoding` of parquet.thrift. */
export const PLAIN = 0;
/** In version 1 of the format, the encoding of a dictionary and of the indices into it. */
export const PLAIN_DICTIONARY = 2;
export const RLE = 3;

/** A page and its header. */
export interface Page {
  readonly head: Buffer;
  readonly body: Buffer;
  /** Values and nulls. */
  readonly count: number;
  /** Bytes of head and body, before and after compression. */
  readonly uncompressed: number;
  readonly compressed: number;
}

/** Buffers are reused up to this size; larger ones are freed. */
const KEPT_BYTES = 2 ** 20;
function workspace(): (size: number) => Buffer {
  let kept = Buffer.alloc(0);
  return (size) => {
    if (size <= kept.length) return kept;
    const made = Buffer.allocUnsafeSlow(size > KEPT_BYTES ? size : Math.min(KEPT_BYTES, 2 * size));
    if (size <= KEPT_BYTES) kept = made;
    return made;
  };
}
const inputSpace = workspace();
const outputSpace = workspace();
const thrift = new ThriftWriter();

/** The concatenated parts, compressed with Snappy. */
function compressed(parts: readonly Uint8Array[], size: number): Buffer {
  const input = inputSpace(size);
  let at = 0;
  for (const part of parts) {
    input.set(part, at);
    at += part.length;
  }
  const output = outputSpace(maxCompressedBytes(size));
  return Buffer.from(output.subarray(0, compress(input, size, output)));
}

const pageOf = (head: Buffer, body: Buffer, size: number, count: number): Page => ({
  head,
  body,
  count,
  uncompressed: head.length + size,
  compressed: head.length + body.length,
});

/** The distinct texts of a column chunk, before its data page. */
export function encodeDictionary({ texts, distinct }: Dictionary): Page {
  const body = compressed([texts], texts.length);
  // PageHeader: type DICTIONARY_PAGE, sizes, DictionaryPageHeader.
  thrift.i32(1, 2).i32(2, texts.length).i32(3, body.length);
  thrift.struct(7).i32(1, distinct).i32(2, PLAIN_DICTIONARY).end();
  return pageOf(thrift.finish(), body, texts.length, 0);
}

/** A version 1 data page, which Athena reads as well, with Snappy. Statistics are in the column chunk. */
export function encodePage(leaf: Leaf, { values, repetition, definition, dictionary }: Levels): Page {
  const parts = [dictionary === undefined ? plain(leaf.type, values) : encodeIndices(dictionary)];
  if (leaf.definition > 0) parts.unshift(encodeLevels(definition, leaf.definition));
  if (leaf.repetition > 0) parts.unshift(encodeLevels(repetition, leaf.repetition));
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const body = compressed(parts, size);
  const encoding = dictionary === undefined ? PLAIN : PLAIN_DICTIONARY;
  // PageHeader: type DATA_PAGE, sizes, DataPageHeader.
  thrift.i32(1, 0).i32(2, size).i32(3, body.length);
  thrift.struct(5).i32(1, definition.length).i32(2, encoding).i32(3, RLE).i32(4, RLE).end();
  return pageOf(thrift.finish(), body, size, definition.length);
}
