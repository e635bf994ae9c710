import { expect, test } from 'vitest';
import { tryCorruptions } from '../log/local/corruptions.ts';

test('a bus file damaged in 2,000 ways is read whole or refused as damaged', async () => {
  const { wrong, refused } = await tryCorruptions(1000, 2000);
  expect(wrong).toEqual([]);
  expect(refused).toBeGreaterThan(1000);
});
