import type { Codec } from './codec.ts';

const load = async () => (await import('kafkajs-snappy')).default();

/** Written as one raw block, as librdkafka does; read also in the frame of snappy-java, which Java producers write. */
export const snappy: Codec = {
  compress: async (buffer) => (await load()).compress({ buffer }),
  decompress: async (buffer) => (await load()).decompress(buffer),
};
