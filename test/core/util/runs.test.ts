import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runsOf, weightOf } from '../../../src/core/util/runs.ts';

const record = fc.record({
  key: fc.option(fc.string({ maxLength: 20 })),
  value: fc.option(fc.nat(3000).map((length) => 'x'.repeat(length))),
});

test('runs contain every record once and in order; only a single record exceeds the limits', () => {
  fc.assert(
    fc.property(fc.array(record), fc.integer({ min: 1, max: 10 }), fc.nat(8000), (records, count, bytes) => {
      const runs = [...runsOf(records, count, bytes)];
      expect(runs.flat()).toEqual(records);
      for (const run of runs) {
        expect(run.length).toBeLessThanOrEqual(count);
        const weight = run.reduce((sum, one) => sum + weightOf(one), 0);
        if (run.length > 1) expect(weight).toBeLessThanOrEqual(bytes);
      }
    }),
    { seed: 12 },
  );
});

test('a record larger than the limit is a run by itself', () => {
  const records = ['a', 'b'.repeat(5000), 'c'].map((value) => ({ key: null, value }));
  expect([...runsOf(records, 10, 1000)].map((run) => run.length)).toEqual([1, 1, 1]);
});
