import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SendingPace } from '../../../src/page/server/sending-pace.ts';

test('sending takes less than 1 % of the time, unless the longest pause is not enough for it', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 100, noNaN: true }), (cost) => {
      const pause = new SendingPace(250, 2000).pauseAfter(cost);
      expect(pause).toBeGreaterThanOrEqual(250);
      expect(pause).toBeLessThanOrEqual(2000);
      if (pause < 2000) expect(cost / pause).toBeLessThan(0.01);
    }),
  );
});

test('one sending that waited for its turn slows the next ones by a quarter of its time', () => {
  const pace = new SendingPace(250, 2000);
  expect([0, 0, 0, 20, 0, 0, 0, 0].map((cost) => pace.pauseAfter(cost))).toEqual([
    250, 250, 250, 750, 750, 750, 750, 250,
  ]);
});
