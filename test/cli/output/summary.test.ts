import { expect, test } from 'vitest';
import { summarize } from '../../../src/cli/output/summary.ts';
import { newStats } from '../../../src/runtime/stage.ts';

test('the summary totals all stages and converts the elapsed time to seconds', () => {
  const a = { ...newStats('a'), in: 1, out: 2, late: 3, rejected: 4, files: 5 };
  const b = { ...newStats('b'), in: 10, out: 20, late: 30, rejected: 40, files: 50 };
  expect(summarize([a, b], 1234)).toEqual({
    stages: [a, b],
    in: 11,
    out: 22,
    late: 33,
    rejected: 44,
    files: 55,
    seconds: 1.234,
  });
});
