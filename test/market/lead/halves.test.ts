import { expect, test } from 'vitest';
import { testHalves } from '../../../src/market/lead/halves.ts';
import { noise, planted } from './lead-data.ts';

const settings = { highestLag: 3, draws: 199, seed: 1 };
const COUNT = 600;

/** Led in the halves that are named. */
function pairOf(seed: number, ...led: (0 | 1)[]) {
  const x = noise(seed, 'x', COUNT);
  const other = noise(seed, 'y', COUNT);
  const whole = planted(x, 2, 0.5, other);
  const isLed = (t: number) => led.includes(t < COUNT / 2 ? 0 : 1);
  return { window: '10m', x, y: whole.map((value, t) => (isLed(t) ? value : other[t]!)), lost: 0 };
}

test('a lead of both halves is found in the first and confirmed in the second', () => {
  const { at, lag, firstP, secondP } = testHalves([pairOf(1), pairOf(2, 0, 1)], settings);
  expect({ at, lag }).toEqual({ at: 1, lag: 2 });
  expect([firstP, secondP]).toEqual([1 / 200, 1 / 200]);
});

test('a lead of the first half alone is not confirmed', () => {
  const { lag, firstP, secondP } = testHalves([pairOf(3, 0)], settings);
  expect(lag).toBe(2);
  expect(firstP).toBe(1 / 200);
  expect(secondP).toBeGreaterThan(0.05);
});

test('a lead of the second half alone is not found', () => {
  expect(testHalves([pairOf(4, 1)], settings).firstP).toBeGreaterThan(0.05);
});

test('a second half whose correlation has the other sign confirms nothing', () => {
  const { x, y, ...rest } = pairOf(5, 0, 1);
  const turned = y.map((value, t) => (t < COUNT / 2 ? value : -value));
  const { firstP, secondP } = testHalves([{ ...rest, x, y: turned }], settings);
  expect(firstP).toBe(1 / 200);
  expect(secondP).toBeGreaterThan(0.9);
});
