import type { Codec } from './codec.ts';

const load = async () => (await import('kafkajs-snappy')).default();

/** Writes one raw block, as librdkafka does; also reads snappy-java's framing, which Java producers write. */
export const snappy: Codec = {
  compress: async (buffer) => (await load()).compress({ buffer }),
  decompress: async (buffer) => (await load()).decompress(buffer),
};
