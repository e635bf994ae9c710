/** Texts of one chain of rows as UTF-8, outside V8's heap, which would grow to several times its live data. */
export interface StringBuffer {
  chunks: Buffer[];
  /** Bytes used in the last chunk. */
  used: number;
  /** Bytes of all chunks. */
  bytes: number;
}

export const newStringBuffer = (): StringBuffer => ({ chunks: [], used: 0, bytes: 0 });

/**
 * Consecutive rows of a column in Parquet's plain encoding: each text is preceded by its length in four bytes. A row
 * of a list column is several texts.
 */
export interface TextRun {
  readonly bytes: Buffer;
  /** Bytes of each row; -1 for null. */
  readonly sizes: Int32Array;
}

/** Rows of a column with few distinct texts: each text once, preceded by its length in four bytes, and each row's index. */
export interface DictionaryRun {
  readonly texts: Buffer;
  readonly distinct: number;
  /** By row; -1 for null. */
  readonly indices: Int32Array;
}

/** Bytes of a chunk, a power of two. Small, because thousands of chains may be open; freed chunks are reused. */
const SHIFT = 13;
const CHUNK = 1 << SHIFT;
const MASK = CHUNK - 1;
/** Bytes of the length that precedes each text. */
const LENGTH = 4;
/** Up to this many bytes, a loop is faster than a native call. */
const SHORT = 24;

/** Stores texts of many chains; the texts of a chain are released together. */
export interface StringPool {
  /** Returns the text's address, a small integer. Half a surrogate pair becomes U+FFFD. */
  store(texts: StringBuffer, text: string): number;
  storeList(texts: StringBuffer, list: readonly string[]): number;
  release(texts: StringBuffer): void;
}

export function newStringPool(): StringPool {
  const free: Buffer[] = [];

  /** Appends a chunk with room for at least `needed` bytes. */
  const open = (texts: StringBuffer, needed: number): void => {
    const chunk =
      needed > CHUNK ? Buffer.allocUnsafeSlow(needed) : (free.pop() ?? Buffer.allocUnsafeSlow(CHUNK));
    texts.chunks.push(chunk);
    texts.used = 0;
    texts.bytes += chunk.length;
  };
  const room = ({ chunks, used }: StringBuffer): number =>
    chunks.length === 0 ? -1 : chunks[chunks.length - 1]!.length - used;
  const addressAt = ({ chunks }: StringBuffer, offset: number): number =>
    (chunks.length - 1) * CHUNK + offset;

  return {
    store(texts, text) {
      // Counting the bytes is needed only near the end of a chunk.
      if (LENGTH + text.length * 3 > room(texts)) {
        const needed = LENGTH + Buffer.byteLength(text);
        if (needed > room(texts)) open(texts, needed);
      }
      const offset = texts.used;
      texts.used = putText(texts.chunks[texts.chunks.length - 1]!, text, offset);
      return addressAt(texts, offset);
    },
    storeList(texts, list) {
      let needed = LENGTH;
      for (const text of list) needed += LENGTH + Buffer.byteLength(text);
      if (needed > room(texts)) open(texts, needed);
      const offset = texts.used;
      const chunk = texts.chunks[texts.chunks.length - 1]!;
      let end = offset + LENGTH;
      for (const text of list) end = putText(chunk, text, end);
      putLength(chunk, offset, end - offset - LENGTH);
      texts.used = end;
      return addressAt(texts, offset);
    },
    release(texts) {
      for (const chunk of texts.chunks) if (chunk.length === CHUNK) free.push(chunk);
      Object.assign(texts, newStringBuffer());
    },
  };
}

/**
 * The texts at these addresses; lists without their total length. A negative address is ~address in `shared`; NaN is null.
 */
export function textRun(
  addresses: Float64Array,
  own: StringBuffer,
  shared: StringBuffer,
  ofLists: boolean,
): TextRun {
  const skipped = ofLists ? LENGTH : 0;
  const sizes = new Int32Array(addresses.length);
  let total = 0;
  for (let i = 0; i < addresses.length; i++) {
    const address = addresses[i]!;
    if (Number.isNaN(address)) sizes[i] = -1;
    else total += sizes[i] = LENGTH - skipped + lengthAt(chunkOf(address, own, shared), offsetOf(address));
  }
  const bytes = Buffer.allocUnsafe(total);
  for (let i = 0, at = 0; i < addresses.length; i++) {
    const size = sizes[i]!;
    if (size <= 0) continue;
    const address = addresses[i]!;
    const chunk = chunkOf(address, own, shared);
    const from = offsetOf(address) + skipped;
    if (size > SHORT) bytes.set(chunk.subarray(from, from + size), at);
    else for (let k = 0; k < size; k++) bytes[at + k] = chunk[from + k]!;
    at += size;
  }
  return { bytes, sizes };
}

/**
 * The texts at these addresses as a dictionary. Undefined when one of them is not in `shared`, or when texts repeat
 * less than twice on average, since a dictionary would then not make the column smaller.
 */
export function dictionaryRun(addresses: Float64Array, shared: StringBuffer): DictionaryRun | undefined {
  const known = new Map<number, number>();
  const indices = new Int32Array(addresses.length);
  let [total, nulls, last, lastIndex] = [0, 0, Number.NaN, -1];
  for (let i = 0; i < addresses.length; i++) {
    const address = addresses[i]!;
    if (address !== last) {
      if (address >= 0) return undefined;
      last = address;
      const index = Number.isNaN(address) ? -1 : known.get(address);
      if (index === undefined) {
        total += LENGTH + lengthAt(chunkOf(address, shared, shared), offsetOf(address));
        known.set(address, known.size);
      }
      lastIndex = index ?? known.size - 1;
    }
    if (lastIndex < 0) nulls++;
    indices[i] = lastIndex;
  }
  if (known.size === 0 || known.size * 2 > addresses.length - nulls) return undefined;
  const texts = Buffer.allocUnsafe(total);
  let at = 0;
  for (const address of known.keys()) {
    const [chunk, from] = [chunkOf(address, shared, shared), offsetOf(address)];
    at += chunk.copy(texts, at, from, from + LENGTH + lengthAt(chunk, from));
  }
  return { texts, distinct: known.size, indices };
}

/** The rows of a run, each as its texts. */
export function* textsOfRows({ bytes, sizes }: TextRun): Iterable<readonly string[] | null> {
  let at = 0;
  for (const size of sizes) {
    const texts: string[] = [];
    for (const end = at + size; at < end; ) {
      const from = at + LENGTH;
      at = from + lengthAt(bytes, at);
      texts.push(bytes.toString('utf8', from, at));
    }
    yield size < 0 ? null : texts;
  }
}

// Unsigned, for addresses up to 2^32; the texts of a file take less.
const offsetOf = (address: number): number => (address < 0 ? ~address : address) & MASK;
const chunkOf = (address: number, own: StringBuffer, shared: StringBuffer): Buffer =>
  address < 0 ? shared.chunks[~address >>> SHIFT]! : own.chunks[address >>> SHIFT]!;

export const lengthAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;

function putLength(bytes: Buffer, at: number, length: number): void {
  bytes[at] = length;
  bytes[at + 1] = length >>> 8;
  bytes[at + 2] = length >>> 16;
  bytes[at + 3] = length >>> 24;
}

/** Returns the end offset. */
function putText(bytes: Buffer, text: string, at: number): number {
  const from = at + LENGTH;
  const length = putAscii(bytes, text, from) ? text.length : bytes.write(text, from);
  putLength(bytes, at, length);
  return from + length;
}

/** False for a long text or one with other characters. */
function putAscii(bytes: Buffer, text: string, at: number): boolean {
  if (text.length > SHORT) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return false;
    bytes[at + i] = code;
  }
  return true;
}
