import { expect, test } from 'vitest';
import { countReasons, moveCounts, newStats } from '../../src/runtime/stage.ts';

test('rejects are counted by reason; after ten reasons, further ones are counted as other reasons', () => {
  const stats = newStats('produce x');
  for (let i = 0; i < 1000; i++) countReasons(stats, 'rejectReasons', { [`reason ${i}`]: 1, 'reason 0': 2 });
  const counts = Object.entries(stats.rejectReasons!);
  expect(counts).toHaveLength(11);
  expect(counts[0]).toEqual(['reason 0', 2000]);
  expect(counts.at(-1)).toEqual(['other reasons', 990]);
});

test('moved counts keep late, amended, rejected and dropped records, by reason', () => {
  const [counted, stats] = [newStats('candles'), newStats('candles')];
  for (const _ of [1, 2]) {
    Object.assign(counted, { out: 3, late: 2, rejected: 1, amended: 1 });
    countReasons(counted, 'lateReasons', { 'window closed': 2 });
    countReasons(counted, 'rejectReasons', { 'not JSON': 1 });
    counted.dropped = { repeat: 4 };
    moveCounts(counted, stats);
  }
  expect(stats).toEqual({
    ...newStats('candles'),
    out: 6,
    late: 4,
    rejected: 2,
    amended: 2,
    lateReasons: { 'window closed': 4 },
    rejectReasons: { 'not JSON': 2 },
    dropped: { repeat: 8 },
  });
  expect(counted).toEqual(newStats('candles'));
});
