import { expect, test } from 'vitest';
import { rejectLine } from '../../../src/sources/shared/rejects.ts';

const AT = Date.UTC(2026, 2, 2);

test('a rejected line of a file is keyed by its position', () => {
  const { key, partitionKey, value } = rejectLine(
    { source: 'file', file: 'a.csv', line: 7, topic: 't' },
    'x',
    'why',
    AT,
  );
  expect([key, partitionKey]).toEqual(['a.csv:7', 'a.csv']);
  expect(JSON.parse(value!)).toEqual({
    topic: 't',
    source: 'file',
    file: 'a.csv',
    line: 7,
    text: 'x',
    why: 'why',
  });
});

test('a rejected line of a stream is keyed by its time', () => {
  const { key, partitionKey, value, headers } = rejectLine(
    { source: 'x', topic: 't' },
    'x'.repeat(5000),
    'why',
    AT,
  );
  expect([key, partitionKey]).toEqual(['x@2026-03-02T00:00:00.000Z', 'x']);
  expect(JSON.parse(value!)).toEqual({ topic: 't', source: 'x', text: 'x'.repeat(2000), why: 'why' });
  expect(headers).toMatchObject({ source: 'x', received_at: '2026-03-02T00:00:00.000Z' });
});
