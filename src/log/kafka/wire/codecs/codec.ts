/** Compresses whole record sections. `decompress` throws any error for invalid bytes. */
export interface Codec {
  compress(bytes: Buffer): Promise<Buffer> | Buffer;
  decompress(bytes: Buffer): Promise<Buffer> | Buffer;
}

/** Below this size the thread switch costs more than the work itself (0.1 ms). */
export const SMALL = 4096;
