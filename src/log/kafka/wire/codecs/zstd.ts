import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { UserError } from '../../../../core/errors.ts';
import { type Codec, SMALL } from './codec.ts';

type Done = (error: Error | null, result: Buffer) => void;
/** Node's own zstd, since 22.15 and 23.8. */
interface Zstd {
  zstdCompress(bytes: Buffer, done: Done): void;
  zstdCompressSync(bytes: Buffer): Buffer;
  zstdDecompress(bytes: Buffer, done: Done): void;
  zstdDecompressSync(bytes: Buffer): Buffer;
}

function load(): Zstd {
  if ('zstdCompress' in zlib) return zlib as unknown as Zstd;
  throw new UserError(
    'failed',
    'this version of Node.js does not support zstd',
    'Run cryptopipe on Node.js 22.15 or newer, or configure producers to use gzip, snappy or lz4.',
  );
}

export const zstd: Codec = {
  compress(bytes) {
    const { zstdCompress, zstdCompressSync } = load();
    return bytes.length < SMALL ? zstdCompressSync(bytes) : promisify(zstdCompress)(bytes);
  },
  decompress(bytes) {
    const { zstdDecompress, zstdDecompressSync } = load();
    return bytes.length < SMALL ? zstdDecompressSync(bytes) : promisify(zstdDecompress)(bytes);
  },
};
