import { expect, test } from 'vitest';
import { RecentEvents } from '../../../../src/sources/bluesky/stream/recent-events.ts';

test('an event is a repeat for 15 s of event time, also after a restart', () => {
  const recent = new RecentEvents();
  expect(recent.add('a', 0)).toBe(true);
  expect(recent.add('b', 10_000)).toBe(true);
  expect(recent.add('a', 10_000)).toBe(false);
  const restored = new RecentEvents(recent.stored(), 10_000);
  expect(['a', 'b', 'c'].map((key) => restored.add(key, 25_000))).toEqual([false, false, true]);
  recent.add('d', 25_001);
  expect(recent.add('a', 25_001)).toBe(true);
});

test('2,000 events are remembered at most', () => {
  const recent = new RecentEvents();
  for (let event = 0; event < 5000; event++) recent.add(String(event), 0);
  expect(recent.stored()).toHaveLength(2000);
  expect(recent.add('4999', 0)).toBe(false);
});
