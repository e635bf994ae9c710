import { expect, test } from 'vitest';
import { gapRecord } from '../../src/sources/gap.ts';

test('a gap is marked by its source and beginning', () => {
  const from = Date.UTC(2026, 2, 2, 10, 15);
  const { topic, key, value } = gapRecord({
    source: 'x',
    from,
    to: from + 1500,
    reason: 'disconnect',
    backfilled: true,
  });
  expect([topic, key]).toEqual(['gaps', 'x@2026-03-02T10:15:00.000Z']);
  expect(JSON.parse(value!)).toEqual({
    source: 'x',
    from: '2026-03-02T10:15:00.000Z',
    to: '2026-03-02T10:15:01.500Z',
    reason: 'disconnect',
    backfilled: true,
  });
});
