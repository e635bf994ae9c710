import { expect, test } from 'vitest';
import { calibrated, fitCalibration } from '../../../src/core/learn/calibration.ts';
import { probabilityOf } from '../../../src/core/learn/logistic.ts';
import { random } from '../../../src/core/util/random.ts';

test('overconfident scores are drawn back to the shares they occur with', () => {
  const { normal, next } = random(3, 'scores');
  const odds = Array.from({ length: 5000 }, () => normal());
  const labels = odds.map((one) => next() < probabilityOf(one - 1));
  const calibration = fitCalibration(
    odds.map((one) => 4 * one),
    labels,
  );
  expect(calibration.slope).toBeCloseTo(0.25, 1);
  expect(calibrated(calibration, 0)).toBeCloseTo(probabilityOf(-1), 1);
});

test('a cleanly divided sample gives no certainty', () => {
  const calibration = fitCalibration([-1, -1, 1, 1], [false, false, true, true]);
  expect(calibrated(calibration, 1)).toBeGreaterThan(0.6);
  expect(calibrated(calibration, 1)).toBeLessThan(0.9);
});

test('scores that rank the wrong way round say the same for all', () => {
  const calibration = fitCalibration([1, 2, 3, 4], [true, true, false, false]);
  expect(calibration.slope).toBe(0);
  expect(calibrated(calibration, 4)).toBeCloseTo(0.5, 6);
});

test('no example at all gives even odds', () => {
  expect(calibrated(fitCalibration([], []), 3)).toBe(0.5);
});
