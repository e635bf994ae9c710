import { UserError } from '../../../../core/errors.ts';
import { type Codec, SMALL } from './codec.ts';

/** A native addon: missing on platforms without a build, and in the single executable. */
async function load() {
  try {
    return await import('lz4-napi');
  } catch (cause) {
    throw new UserError(
      'failed',
      `cannot load lz4: ${cause instanceof Error ? cause.message.split('\n')[0] : cause}`,
      'Install cryptopipe with npm on a platform that lz4-napi supports, or configure producers to use gzip or snappy.',
      false,
      { cause },
    );
  }
}

export const lz4: Codec = {
  async compress(bytes) {
    const { compressFrame, compressFrameSync } = await load();
    return bytes.length < SMALL ? compressFrameSync(bytes) : compressFrame(bytes);
  },
  async decompress(bytes) {
    const { decompressFrame, decompressFrameSync } = await load();
    return bytes.length < SMALL ? decompressFrameSync(bytes) : decompressFrame(bytes);
  },
};
