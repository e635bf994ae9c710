import { expect, test } from 'vitest';
import { tryCorruptions } from '../corruptions.ts';

test('a bus file damaged in 200 ways is read completely or rejected as damaged', {
  timeout: 120_000,
}, async () => {
  const { wrong, refused } = await tryCorruptions(1, 200);
  expect(wrong).toEqual([]);
  expect(refused).toBeGreaterThan(100);
});
