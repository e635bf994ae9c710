import { constants, crc32, createInflateRaw } from 'node:zlib';

/** Compressed bytes inflated at once: deflate makes at most about 1,032 times as many of them, which is 16 MB. */
const PIECE_BYTES = 16_384;
/** Flags of a member's header, RFC 1952, 2.3.1. */
const FLAG = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;
/** After the two bytes that tell gzip. */
const HEADER_BYTES = 8;
const TRAILER_BYTES = 8;

const MAGIC = [0x1f, 0x8b] as const;

/** What is wrong with a gzip stream: it ends early, it is broken (zlib's codes), or bytes follow it that are not gzip. */
class GzipFault extends Error {
  override readonly name = 'GzipFault';
  constructor(
    readonly code: 'Z_BUF_ERROR' | 'Z_DATA_ERROR' | 'Z_TRAILING_BYTES',
    message: string,
  ) {
    super(message);
  }
}

const cut = (): GzipFault => new GzipFault('Z_BUF_ERROR', 'unexpected end of file');
const broken = (why: string): GzipFault => new GzipFault('Z_DATA_ERROR', why);

/** A stream of bytes that is read from its beginning. */
class ByteStream {
  readonly #chunks: AsyncIterator<Buffer>;
  #left: Buffer = Buffer.alloc(0);
  /** Bytes dropped so far. */
  passed = 0;

  constructor(raw: AsyncIterable<Buffer>) {
    this.#chunks = raw[Symbol.asyncIterator]();
  }

  /** The next bytes, one at least and PIECE_BYTES at most; undefined at the end. They stay until they are dropped. */
  async peek(): Promise<Buffer | undefined> {
    while (this.#left.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) return undefined;
      this.#left = value;
    }
    return this.#left.subarray(0, PIECE_BYTES);
  }

  drop(count: number): void {
    this.#left = this.#left.subarray(count);
    this.passed += count;
  }

  /** The next `count` bytes; they are dropped. Throws GzipFault where there are fewer. */
  async take(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let left = count; left > 0; ) {
      const part = (await this.peek())?.subarray(0, left);
      if (part === undefined) throw cut();
      parts.push(part);
      left -= part.length;
      this.drop(part.length);
    }
    return Buffer.concat(parts);
  }

  async dropText(): Promise<void> {
    while ((await this.take(1))[0] !== 0);
  }

  /** Drops zeros; false at the end. */
  async dropZeros(): Promise<boolean> {
    for (let next = await this.peek(); next !== undefined; next = await this.peek()) {
      const zeros = next.findIndex((byte) => byte !== 0);
      if (zeros >= 0) {
        this.drop(zeros);
        return true;
      }
      this.drop(next.length);
    }
    return false;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}

/** Whether a member begins here; its first two bytes are dropped then. */
async function passMagic(stream: ByteStream): Promise<boolean> {
  for (const byte of MAGIC) {
    if ((await stream.peek())?.[0] !== byte) return false;
    stream.drop(1);
  }
  return true;
}

/** Reads the rest of a member's header. Throws GzipFault. */
async function passHeader(stream: ByteStream): Promise<void> {
  const header = await stream.take(HEADER_BYTES);
  const flags = header[1]!;
  if (header[0] !== 8) throw broken('unknown compression method');
  if (flags & FLAG.reserved) throw broken('unknown header flags set');
  if (flags & FLAG.extra) await stream.take((await stream.take(2)).readUInt16LE());
  if (flags & FLAG.name) await stream.dropText();
  if (flags & FLAG.comment) await stream.dropText();
  if (flags & FLAG.headerCrc) await stream.take(2);
}

/** The text of one member, whose header was read, up to its trailer. What precedes a fault is given before it throws. */
async function* inflated(stream: ByteStream): AsyncGenerator<Buffer> {
  const inflate = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH });
  const ready: Buffer[] = [];
  let fault: Error | undefined;
  inflate.on('data', (chunk: Buffer) => void ready.push(chunk));
  const over = new Promise<void>((resolve) => {
    inflate.on('end', resolve);
    inflate.on('error', (error) => {
      fault = broken(error.message);
      resolve();
    });
  });
  try {
    for (;;) {
      const piece = await stream.peek();
      if (piece === undefined) {
        inflate.end();
        await over;
        yield* ready.splice(0);
        throw fault ?? cut();
      }
      const before = inflate.bytesWritten;
      // A write that fails is never called back.
      await Promise.race([over, new Promise<void>((resolve) => void inflate.write(piece, () => resolve()))]);
      const used = inflate.bytesWritten - before;
      stream.drop(used);
      const isOver = fault !== undefined || used < piece.length;
      if (isOver) await over;
      yield* ready.splice(0);
      if (fault !== undefined) throw fault;
      if (isOver) return;
    }
  } finally {
    inflate.destroy();
  }
}

/**
 * The text of a gzip stream: its members one after the other, with zeros as padding between and after them (GNU gzip).
 * All that precedes a fault is given before GzipFault is thrown. Node's own gunzip loses what it holds at a fault, and
 * ends at the first zero.
 */
export async function* gunzipped(raw: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const stream = new ByteStream(raw);
  try {
    for (let isFirst = true; isFirst || (await stream.dropZeros()); isFirst = false) {
      const start = stream.passed;
      if (!(await passMagic(stream)))
        throw new GzipFault('Z_TRAILING_BYTES', `bytes that are not gzip follow it from byte ${start} on`);
      let sum = 0;
      let size = 0;
      await passHeader(stream);
      for await (const chunk of inflated(stream)) {
        sum = crc32(chunk, sum);
        size += chunk.length;
        yield chunk;
      }
      const trailer = await stream.take(TRAILER_BYTES);
      if (trailer.readUInt32LE(0) !== sum) throw broken('incorrect data check');
      if (trailer.readUInt32LE(4) !== size % 2 ** 32) throw broken('incorrect length check');
    }
  } finally {
    await stream.close();
  }
}
