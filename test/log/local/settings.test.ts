import { expect, test } from 'vitest';
import { compare } from '../../../src/log/local/settings.ts';

const row = { id: 1, partitions: 3, compacted: false, retentionMs: 3_600_000 };

test('copies and further settings are not compared by the embedded log', () => {
  const expected = { ...row, replication: 3, config: { 'segment.ms': '1' } };
  expect(compare(row, expected)).toEqual([]);
});

test('keeping records forever is shown as retention.ms -1', () => {
  expect(compare(row, { ...row, retentionMs: undefined })).toEqual([
    { setting: 'retention.ms', is: '3600000', expected: '-1' },
  ]);
});

test('compaction with retention is shown as compact,delete', () => {
  expect(
    compare({ id: 1, partitions: 1, compacted: true }, { ...row, compacted: true, partitions: 1 }),
  ).toEqual([
    { setting: 'retention.ms', is: '-1', expected: '3600000' },
    { setting: 'cleanup.policy', is: 'compact', expected: 'compact,delete' },
  ]);
});
