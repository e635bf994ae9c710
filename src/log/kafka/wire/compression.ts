import { UserError } from '../../../core/errors.ts';
import type { Compression } from '../settings/settings.ts';
import type { Codec } from './codecs/codec.ts';
import { gzip } from './codecs/gzip.ts';
import { lz4 } from './codecs/lz4.ts';
import { snappy } from './codecs/snappy.ts';
import { zstd } from './codecs/zstd.ts';

const none: Codec = { compress: (bytes) => bytes, decompress: (bytes) => bytes };

/** Indexed by their code in a batch's attributes. */
const NAMES: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
const CODECS: Readonly<Record<Compression, Codec>> = { none, gzip, snappy, lz4, zstd };

export const compressionCode = (name: Compression): number => NAMES.indexOf(name);

function nameOf(code: number): Compression {
  const name = NAMES[code];
  if (name !== undefined) return name;
  throw new UserError(
    'failed',
    `records use an unknown compression (code ${code})`,
    'Use a newer cryptopipe, or configure producers to use gzip, snappy, lz4 or zstd.',
  );
}

/** Compresses a records section. Throws UserError `failed` if this machine lacks the codec. */
export const compress = async (code: number, bytes: Buffer): Promise<Buffer> =>
  CODECS[nameOf(code)].compress(bytes);

/** Decompresses a records section. Throws UserError `failed` if this machine lacks the codec, Error for damaged bytes. */
export const decompress = async (code: number, bytes: Buffer): Promise<Buffer> =>
  CODECS[nameOf(code)].decompress(bytes);
