import { expect, test } from 'vitest';
import { logicalOf } from '../../../src/page/model/window-scale.ts';

const WINDOWS = [
  { start: 0, end: 10 },
  { start: 10, end: 20 },
  { start: 50, end: 60 },
];

test.each([
  ['the start of the first window', 0, -0.5],
  ['the middle of a window', 15, 1],
  ['the start of a window is the end of the one before it', 10, 0.5],
  ['a time in a pause that the chart leaves out', 30, 1.5],
  ['a time after the last window', 65, 3],
])('%s', (_, time, logical) => {
  expect(logicalOf(WINDOWS, time)).toBe(logical);
});

test('without windows every time is at the start', () => {
  expect(logicalOf([], 5)).toBe(0);
});
