import { expect, test } from 'vitest';
import { gapRecord } from '../../../src/sources/shared/gaps.ts';

test('a gap marker is keyed by source and start', () => {
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

test('a clock set back never produces a gap that ends before it begins', () => {
  const to = Date.UTC(2026, 2, 2, 10, 15);
  const { value } = gapRecord({
    source: 'x',
    from: to + 3_600_000,
    to,
    reason: 'silence',
    backfilled: false,
  });
  expect(JSON.parse(value!)).toMatchObject({
    from: '2026-03-02T10:15:00.000Z',
    to: '2026-03-02T10:15:00.000Z',
  });
});

test('gaps of several servers that begin together differ in their keys', () => {
  const gap = { source: 'nostr', from: 0, to: 1, reason: 'restart', backfilled: true };
  const records = ['one.example', 'two.example'].map((part) => gapRecord({ ...gap, part }));
  expect(records.map(({ key }) => key)).toEqual([
    'nostr/one.example@1970-01-01T00:00:00.000Z',
    'nostr/two.example@1970-01-01T00:00:00.000Z',
  ]);
  expect(JSON.parse(records[0]!.value!)).toMatchObject({ source: 'nostr', reason: 'one.example: restart' });
});
