import { expect, test } from 'vitest';
import { refuseAhead, whyAhead } from '../../../src/core/stream/ahead.ts';
import { InvalidRecord } from '../../../src/core/stream/record.ts';

const LATEST = Date.UTC(2026, 0, 2);

test('a time up to the latest is believed, one a millisecond later is not', () => {
  expect([whyAhead(LATEST, LATEST), whyAhead(Number.NaN, LATEST)]).toEqual([undefined, undefined]);
  expect(whyAhead(LATEST + 1, LATEST)).toBe(
    'its time 2026-01-02T00:00:00.001Z is too far ahead of the clock: after 2026-01-02T00:00:00.000Z (--max-ahead)',
  );
  refuseAhead(LATEST, LATEST);
  expect(() => refuseAhead(LATEST + 1, LATEST)).toThrow(InvalidRecord);
});
