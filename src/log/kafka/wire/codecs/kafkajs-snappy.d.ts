/** kafkajs-snappy 1.1.0 ships no types. */
declare module 'kafkajs-snappy' {
  interface SnappyCodec {
    compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
    /** One raw block, or blocks in snappy-java's frame. */
    decompress(compressed: Buffer): Promise<Buffer>;
  }
  export default function snappyCodec(): SnappyCodec;
}
