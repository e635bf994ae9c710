import { expect, test } from 'vitest';
import { ReadAhead } from '../../../../src/log/kafka/client/read-ahead.ts';

const MB = 2 ** 20;

const opened = (feeds: number): ReadAhead => {
  const ahead = new ReadAhead(MB);
  for (let i = 0; i < feeds; i++) ahead.open();
  return ahead;
};

test.each([
  [1, MB],
  [8, MB],
  [64, MB / 8],
])('of %i feeds each asks for %i bytes at once', (feeds, share) => {
  expect(opened(feeds).share).toBe(share);
});

test('a feed that is closed leaves its share to the others', () => {
  const ahead = opened(16);
  for (let i = 0; i < 8; i++) ahead.close();
  expect(ahead.share).toBe(MB);
});

test('nobody reads ahead while eight answers wait for their readers', () => {
  const ahead = opened(64);
  ahead.waits(8 * MB - 1);
  expect(ahead.free).toBe(true);
  ahead.waits(1);
  expect(ahead.free).toBe(false);
  ahead.waits(-MB);
  expect(ahead.free).toBe(true);
});
