import { expect, test } from 'vitest';
import { ageText, compactNumber, percentText, scoreText, tone } from '../../../src/page/browser/format.ts';

test.each([
  [0, '0'],
  [7.25, '7.25'],
  [999, '999'],
  [1_234, '1.23\u202fk'],
  [2_411_087_518_015, '2.41\u202fT'],
  [2.5e15, '2,500\u202fT'],
  [-45_600, '-45.6\u202fk'],
])('the number %d is short: %s', (value, text) => {
  expect(compactNumber(value)).toBe(text);
});

test.each([
  [0.81, '+0.81'],
  [-0.04, '−0.04'],
  [-0.001, '0.00'],
  [null, '–'],
])('the score %s is %s', (score, text) => {
  expect(scoreText(score)).toBe(text);
});

test.each([
  [-5, '0\u202fs'],
  [119_999, '119\u202fs'],
  [120_000, '2\u202fmin'],
  [7_200_000, '2\u202fh'],
  [172_800_000, '2\u202fd'],
])('the age %d ms is %s', (age, text) => {
  expect(ageText(age)).toBe(text);
});

test('a change has a sign and a tone', () => {
  expect([percentText(0.0123), percentText(-0.5), tone(0.1), tone(-0.1), tone(0.001), tone(null)]).toEqual([
    '+1.23 %',
    '−50.00 %',
    'up',
    'down',
    'flat',
    'flat',
  ]);
});
