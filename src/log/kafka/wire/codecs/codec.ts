/** A compression of whole record sections. Each throws what it likes for bytes that it cannot read. */
export interface Codec {
  compress(bytes: Buffer): Promise<Buffer> | Buffer;
  decompress(bytes: Buffer): Promise<Buffer> | Buffer;
}

/** Below so many bytes the way to another thread and back takes longer than the work (0.1 ms). */
export const SMALL = 4096;
