import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../src/core/util/time.ts';
import { withoutRhythm } from '../../../src/market/lead/rhythm.ts';
import { noise, START } from './lead-data.ts';

const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const WEEK = 168;

test('a rhythm of the day is taken out of three days or more', () => {
  const shape = noise(1, 'day', 144);
  const days = (count: number) => Float64Array.from({ length: count * 144 }, (_, t) => shape[t % 144]!);
  const grid = { start: START, length: 10 * MINUTE };
  const three = withoutRhythm(days(3), grid);
  expect(three.rhythm).toBe('day');
  expect(largest(three.values)).toBeLessThan(1e-12);
  expect(three.lost).toBeCloseTo(1 / 3, 12);
  const shorter = withoutRhythm(days(3).subarray(1), grid);
  expect(shorter).toMatchObject({ rhythm: 'none', lost: 0 });
  expect(shorter.values[0]).toBe(shape[1]);
});

test('a rhythm of the week is taken out of two weeks or more', () => {
  const shape = noise(1, 'week', WEEK);
  const hours = Float64Array.from({ length: 2 * WEEK }, (_, t) => shape[t % WEEK]!);
  const grid = { start: START + 5 * HOUR, length: HOUR };
  const { values, rhythm, lost } = withoutRhythm(hours, grid);
  expect(rhythm).toBe('day and week');
  expect(largest(values)).toBeLessThan(1e-12);
  expect(lost).toBe(0.5);
  expect(withoutRhythm(hours.subarray(1), grid).rhythm).toBe('day');
});

test('windows below an hour lose the time of day, and the hour of the week', () => {
  const [minutes, hours] = [noise(1, 'minutes', 144), noise(2, 'hours', WEEK)];
  const values = Float64Array.from(
    { length: 3 * 1008 },
    (_, t) => minutes[t % 144]! + hours[Math.floor(t / 6) % WEEK]!,
  );
  const taken = withoutRhythm(values, { start: START, length: 10 * MINUTE });
  expect(largest(taken.values)).toBeLessThan(1e-12);
});

test('windows of days lose the day of the week, and longer windows nothing', () => {
  const days = Float64Array.from({ length: 28 }, (_, t) => t % 7);
  expect(largest(withoutRhythm(days, { start: START, length: DAY }).values)).toBeLessThan(1e-12);
  expect(withoutRhythm(days, { start: START, length: 7 * DAY })).toMatchObject({ rhythm: 'none', lost: 0 });
});
