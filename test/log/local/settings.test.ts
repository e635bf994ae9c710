import { expect, test } from 'vitest';
import { compare } from '../../../src/log/local/settings.ts';

const row = { id: 1, partitions: 3, compacted: false, retentionMs: 3_600_000 };

test('a topic is compared by what the embedded log has: copies and further settings are left out', () => {
  const wanted = { ...row, replication: 3, config: { 'segment.ms': '1' } };
  expect(compare(row, wanted)).toEqual([]);
});

test('kept for good is a retention of -1, in the words of Kafka', () => {
  expect(compare(row, { ...row, retentionMs: undefined })).toEqual([
    { setting: 'retention.ms', is: '3600000', wanted: '-1' },
  ]);
});

test('compacted and kept for a time are two policies', () => {
  expect(
    compare({ id: 1, partitions: 1, compacted: true }, { ...row, compacted: true, partitions: 1 }),
  ).toEqual([
    { setting: 'retention.ms', is: '-1', wanted: '3600000' },
    { setting: 'cleanup.policy', is: 'compact', wanted: 'compact,delete' },
  ]);
});
