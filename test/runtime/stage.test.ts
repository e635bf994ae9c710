import { expect, test } from 'vitest';
import { countRejectReasons, newStats } from '../../src/runtime/stage.ts';

test('rejects are counted by reason; after ten reasons, further ones are counted as other reasons', () => {
  const stats = newStats('produce x');
  for (let i = 0; i < 1000; i++) countRejectReasons(stats, { [`reason ${i}`]: 1, 'reason 0': 2 });
  const counts = Object.entries(stats.rejectReasons!);
  expect(counts).toHaveLength(11);
  expect(counts[0]).toEqual(['reason 0', 2000]);
  expect(counts.at(-1)).toEqual(['other reasons', 990]);
});
