/** Texts of one chain of rows, as UTF-8 outside V8's heap, which would grow to several times what lives in it. */
export interface StringBuffer {
  chunks: Buffer[];
  /** Bytes used of the last chunk. */
  used: number;
  /** Bytes of all chunks. */
  bytes: number;
}

export const noTexts = (): StringBuffer => ({ chunks: [], used: 0, bytes: 0 });

/**
 * Rows of a column one after the other, in Parquet's plain encoding: each text after its length in four bytes. A row of
 * a list column is its texts.
 */
export interface TextRun {
  readonly bytes: Buffer;
  /** Bytes of each row; -1 for null. */
  readonly sizes: Int32Array;
}

/** Rows of a column of few texts: each text once, after its length in four bytes, and the number of each row's text. */
export interface Words {
  readonly words: Buffer;
  readonly distinct: number;
  /** By row; -1 for null. */
  readonly numbers: Int32Array;
}

/** Chunks are small, for thousands of chains may be open, and used again by others; a power of two. */
const SHIFT = 13;
const CHUNK = 1 << SHIFT;
const MASK = CHUNK - 1;
/** What is stored stands after its length. */
const LENGTH = 4;
/** Up to so many bytes a loop is quicker than a call. */
const SHORT = 24;

/** Keeps texts of many chains; a chain's texts are let go all at once. */
export interface TextStore {
  /** Gives its place: a small integer. Half a surrogate pair becomes U+FFFD. */
  store(texts: StringBuffer, text: string): number;
  storeList(texts: StringBuffer, list: readonly string[]): number;
  release(texts: StringBuffer): void;
}

export function textStore(): TextStore {
  const free: Buffer[] = [];

  /** Makes the last chunk one with room for so many bytes. */
  const open = (texts: StringBuffer, needed: number): void => {
    const chunk =
      needed > CHUNK ? Buffer.allocUnsafeSlow(needed) : (free.pop() ?? Buffer.allocUnsafeSlow(CHUNK));
    texts.chunks.push(chunk);
    texts.used = 0;
    texts.bytes += chunk.length;
  };
  const room = ({ chunks, used }: StringBuffer): number =>
    chunks.length === 0 ? -1 : chunks[chunks.length - 1]!.length - used;
  const placeAt = ({ chunks }: StringBuffer, offset: number): number => (chunks.length - 1) * CHUNK + offset;

  return {
    store(texts, text) {
      // Counting the bytes is needed only near the end of a chunk.
      if (LENGTH + text.length * 3 > room(texts)) {
        const needed = LENGTH + Buffer.byteLength(text);
        if (needed > room(texts)) open(texts, needed);
      }
      const offset = texts.used;
      texts.used = putText(texts.chunks[texts.chunks.length - 1]!, text, offset);
      return placeAt(texts, offset);
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
      return placeAt(texts, offset);
    },
    release(texts) {
      for (const chunk of texts.chunks) if (chunk.length === CHUNK) free.push(chunk);
      Object.assign(texts, noTexts());
    },
  };
}

/**
 * What stands at places, of lists without the length of the whole. A place below 0 is ~place in `shared`; NaN is null.
 */
export function textRun(
  places: Float64Array,
  own: StringBuffer,
  shared: StringBuffer,
  ofLists: boolean,
): TextRun {
  const skipped = ofLists ? LENGTH : 0;
  const sizes = new Int32Array(places.length);
  let total = 0;
  for (let i = 0; i < places.length; i++) {
    const place = places[i]!;
    if (Number.isNaN(place)) sizes[i] = -1;
    else total += sizes[i] = LENGTH - skipped + lengthAt(chunkOf(place, own, shared), offsetOf(place));
  }
  const bytes = Buffer.allocUnsafe(total);
  for (let i = 0, at = 0; i < places.length; i++) {
    const size = sizes[i]!;
    if (size <= 0) continue;
    const place = places[i]!;
    const chunk = chunkOf(place, own, shared);
    const from = offsetOf(place) + skipped;
    if (size > SHORT) bytes.set(chunk.subarray(from, from + size), at);
    else for (let k = 0; k < size; k++) bytes[at + k] = chunk[from + k]!;
    at += size;
  }
  return { bytes, sizes };
}

/**
 * The words at places, all of them in `shared`; undefined where a text is not shared, or where a word comes less than
 * twice on average, so that numbers would not make the column smaller.
 */
export function wordsAt(places: Float64Array, shared: StringBuffer): Words | undefined {
  const known = new Map<number, number>();
  const numbers = new Int32Array(places.length);
  let [total, nulls, last, lastNumber] = [0, 0, Number.NaN, -1];
  for (let i = 0; i < places.length; i++) {
    const place = places[i]!;
    if (place !== last) {
      if (place >= 0) return undefined;
      last = place;
      const number = Number.isNaN(place) ? -1 : known.get(place);
      if (number === undefined) {
        total += LENGTH + lengthAt(chunkOf(place, shared, shared), offsetOf(place));
        known.set(place, known.size);
      }
      lastNumber = number ?? known.size - 1;
    }
    if (lastNumber < 0) nulls++;
    numbers[i] = lastNumber;
  }
  if (known.size === 0 || known.size * 2 > places.length - nulls) return undefined;
  const words = Buffer.allocUnsafe(total);
  let at = 0;
  for (const place of known.keys()) {
    const [chunk, from] = [chunkOf(place, shared, shared), offsetOf(place)];
    at += chunk.copy(words, at, from, from + LENGTH + lengthAt(chunk, from));
  }
  return { words, distinct: known.size, numbers };
}

/** The rows of a run, each the texts in it. */
export function* textsOf({ bytes, sizes }: TextRun): Iterable<readonly string[] | null> {
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

// Without signs, for places up to 2^32: the texts of a file take less.
const offsetOf = (place: number): number => (place < 0 ? ~place : place) & MASK;
const chunkOf = (place: number, own: StringBuffer, shared: StringBuffer): Buffer =>
  place < 0 ? shared.chunks[~place >>> SHIFT]! : own.chunks[place >>> SHIFT]!;

export const lengthAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;

function putLength(bytes: Buffer, at: number, length: number): void {
  bytes[at] = length;
  bytes[at + 1] = length >>> 8;
  bytes[at + 2] = length >>> 16;
  bytes[at + 3] = length >>> 24;
}

/** Gives where it ends. */
function putText(bytes: Buffer, text: string, at: number): number {
  const from = at + LENGTH;
  const length = putAscii(bytes, text, from) ? text.length : bytes.write(text, from);
  putLength(bytes, at, length);
  return from + length;
}

/** False for a text that is long or has other characters. */
function putAscii(bytes: Buffer, text: string, at: number): boolean {
  if (text.length > SHORT) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return false;
    bytes[at + i] = code;
  }
  return true;
}
