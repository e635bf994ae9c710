import { expect, test } from 'vitest';
import { aheadReason, refuseAhead } from '../../../src/core/stream/ahead.ts';
import { InvalidRecord } from '../../../src/core/stream/record.ts';

const LATEST = Date.UTC(2026, 0, 2);

test('a time up to the latest is accepted, one a millisecond later is rejected', () => {
  expect([aheadReason(LATEST, LATEST), aheadReason(Number.NaN, LATEST)]).toEqual([undefined, undefined]);
  expect(aheadReason(LATEST + 1, LATEST)).toBe(
    'its time 2026-01-02T00:00:00.001Z is too far ahead of the clock: after 2026-01-02T00:00:00.000Z (--max-ahead)',
  );
  refuseAhead(LATEST, LATEST);
  expect(() => refuseAhead(LATEST + 1, LATEST)).toThrow(InvalidRecord);
});
