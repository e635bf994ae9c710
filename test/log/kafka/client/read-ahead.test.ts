import { expect, test } from 'vitest';
import { ReadAhead } from '../../../../src/log/kafka/client/read-ahead.ts';

const MB = 2 ** 20;

const opened = (readers: number): ReadAhead => {
  const ahead = new ReadAhead(MB);
  for (let i = 0; i < readers; i++) ahead.open();
  return ahead;
};

test.each([
  [1, MB],
  [8, MB],
  [64, MB / 8],
])('with %i readers each requests %i bytes at once', (readers, share) => {
  expect(opened(readers).bytesPerReader).toBe(share);
});

test('a closed reader frees its share for the others', () => {
  const ahead = opened(16);
  for (let i = 0; i < 8; i++) ahead.close();
  expect(ahead.bytesPerReader).toBe(MB);
});

test('no reader fetches ahead while eight responses are buffered', () => {
  const ahead = opened(64);
  ahead.addBuffered(8 * MB - 1);
  expect(ahead.hasRoom).toBe(true);
  ahead.addBuffered(1);
  expect(ahead.hasRoom).toBe(false);
  ahead.addBuffered(-MB);
  expect(ahead.hasRoom).toBe(true);
});
