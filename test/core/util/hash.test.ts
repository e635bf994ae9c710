import { expect, test } from 'vitest';
import { murmur2, partitionOf } from '../../../src/core/util/hash.ts';

// Vectors of Apache Kafka's UtilsTest.testMurmur2.
test.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
])("murmur2 of %s equals Kafka's", (text, hash) => expect(murmur2(text)).toBe(hash));

test('every text gets one of the existing partitions, also long texts and emoji', () => {
  for (const text of ['', 'btc', '🚀'.repeat(300)]) {
    const partition = partitionOf(text, 7);
    expect(partition).toBe(partitionOf(text, 7));
    expect(partition).toBeGreaterThanOrEqual(0);
    expect(partition).toBeLessThan(7);
  }
});
