/** Texts of one chain of rows, as UTF-8 outside V8's heap, which would grow to several times what lives in it. */
export interface Texts {
  chunks: Buffer[];
  /** Bytes used of the last chunk. */
  used: number;
  /** Bytes of all chunks. */
  bytes: number;
}

export const noTexts = (): Texts => ({ chunks: [], used: 0, bytes: 0 });

/** Chunks are small, for thousands of chains may be open, and used again by others. */
const CHUNK = 8192;
/** A text's length stands before it. */
const LENGTH = 4;

/** Keeps texts of many chains; a chain's texts are let go all at once. */
export interface TextStore {
  /** Gives the place to load it from: a small integer. Half a surrogate pair becomes U+FFFD. */
  store(texts: Texts, text: string): number;
  load(texts: Texts, place: number): string;
  release(texts: Texts): void;
}

export function textStore(): TextStore {
  const free: Buffer[] = [];

  const open = (texts: Texts, needed: number): Buffer => {
    const chunk =
      needed > CHUNK ? Buffer.allocUnsafeSlow(needed) : (free.pop() ?? Buffer.allocUnsafeSlow(CHUNK));
    texts.chunks.push(chunk);
    texts.used = 0;
    texts.bytes += chunk.length;
    return chunk;
  };

  return {
    store(texts, text) {
      let chunk = texts.chunks.at(-1);
      const room = chunk ? chunk.length - texts.used - LENGTH : -1;
      // Counting the bytes is needed only near the end of a chunk.
      if (!chunk || (text.length * 3 > room && Buffer.byteLength(text) > room))
        chunk = open(texts, Buffer.byteLength(text) + LENGTH);
      const offset = texts.used;
      const length = chunk.write(text, offset + LENGTH);
      chunk.writeUInt32LE(length, offset);
      texts.used = offset + LENGTH + length;
      return (texts.chunks.length - 1) * CHUNK + offset;
    },
    load({ chunks }, place) {
      const chunk = chunks[Math.floor(place / CHUNK)]!;
      const start = (place % CHUNK) + LENGTH;
      return chunk.toString('utf8', start, start + chunk.readUInt32LE(start - LENGTH));
    },
    release(texts) {
      for (const chunk of texts.chunks) if (chunk.length === CHUNK) free.push(chunk);
      Object.assign(texts, noTexts());
    },
  };
}
