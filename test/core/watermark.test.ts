import { expect, test } from 'vitest';
import { ReadToEnd } from '../../src/core/watermark.ts';

test('the clock counts between two looks that both found everything read', () => {
  const readToEnd = new ReadToEnd();
  const looks = [
    [100, true, 0],
    [130, true, 30],
    [150, false, undefined],
    [190, true, 0],
    // A clock that was set back.
    [180, true, 0],
    [185, true, 5],
  ] as const;
  for (const [now, caughtUp, elapsed] of looks) expect(readToEnd.elapsed(now, caughtUp)).toBe(elapsed);
});
