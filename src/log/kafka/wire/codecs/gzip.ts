import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { type Codec, SMALL } from './codec.ts';

/** Level 6 takes twice as long and makes JSON only a tenth smaller. */
const LEVEL = 1;
const MOST_AT_ONCE = 4 << 20;

const deflate = promisify(zlib.gzip);
const inflate = promisify(zlib.gunzip);

/** Output chunk of about the right size: each full chunk costs a thread switch. */
const chunkSize = (bytes: number): number => Math.min(MOST_AT_ONCE, Math.max(1024, bytes + 64));
/** The uncompressed length, modulo 2^32 (RFC 1952). */
const lengthBefore = (bytes: Buffer): number =>
  bytes.length < 18 ? 0 : bytes.readUInt32LE(bytes.length - 4);

export const gzip: Codec = {
  compress(bytes) {
    const options = { level: LEVEL, chunkSize: chunkSize(bytes.length >> 2) };
    return bytes.length < SMALL ? zlib.gzipSync(bytes, options) : deflate(bytes, options);
  },
  decompress(bytes) {
    const options = { chunkSize: chunkSize(lengthBefore(bytes)) };
    return bytes.length < SMALL ? zlib.gunzipSync(bytes, options) : inflate(bytes, options);
  },
};
