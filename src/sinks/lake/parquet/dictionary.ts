/** A run of a text column as a dictionary: each distinct text once, and an index per row. */
export interface Dictionary {
  /** The distinct texts in the plain encoding, in the order of their first use. */
  readonly texts: Buffer;
  readonly distinct: number;
  /** Index of the text of each row that is not null. */
  readonly indices: Int32Array;
}

/** A run of one value this long takes fewer bytes than packed bits; also the size of a group of packed values. */
const GROUP = 8;

/**
 * Indices in the hybrid of run lengths and packed bits (Encodings.md of parquet-format), after their width in one
 * byte: the body of a data page with the encoding PLAIN_DICTIONARY.
 */
export function encodeIndices({ indices, distinct }: Pick<Dictionary, 'indices' | 'distinct'>): Uint8Array {
  const width = Math.max(1, 32 - Math.clz32(distinct - 1));
  const count = indices.length;
  const bytes = new Uint8Array(1 + (Math.ceil(count / GROUP) + 1) * (width + 10));
  bytes[0] = width;
  let at = 1;
  const putHead = (value: number) => {
    for (; value > 0x7f; value >>>= 7) bytes[at++] = (value & 0x7f) | 0x80;
    bytes[at++] = value;
  };
  /** Writes whole groups; only the last one of all is padded with zeros. */
  const putPacked = (from: number, to: number) => {
    if (from === to) return;
    const groups = Math.ceil((to - from) / GROUP);
    putHead(groups * 2 + 1);
    for (let i = from, bit = at * 8; i < to; i++)
      for (let k = 0; k < width; k++, bit++) bytes[bit >>> 3]! |= ((indices[i]! >>> k) & 1) << (bit & 7);
    at += groups * width;
  };
  let packedFrom = 0;
  for (let i = 0; i < count; ) {
    const value = indices[i]!;
    let end = i + 1;
    while (end < count && indices[end] === value) end++;
    if (end - i < GROUP) {
      i = Math.min(count, i + GROUP);
      continue;
    }
    putPacked(packedFrom, i);
    putHead((end - i) * 2);
    for (let k = 0; k < width; k += 8) bytes[at++] = value >>> k;
    packedFrom = i = end;
  }
  putPacked(packedFrom, count);
  return bytes.subarray(0, at);
}
