import { describe, expect, test } from 'vitest';
import { closest, fits, match } from '../../../src/core/stream/match.ts';

const at = (time: number) => ({ time, item: time });
const closestOf = (left: number, rights: readonly number[]) =>
  closest(rights.map((right) => match(at(left), at(right)))).map(({ right }) => right);

describe('a match', () => {
  test('a skew of -tolerance fits, one of +tolerance does not', () => {
    expect(fits(at(100), at(130), 30)).toBe(true);
    expect(fits(at(100), at(131), 30)).toBe(false);
    expect(fits(at(100), at(71), 30)).toBe(true);
    expect(fits(at(100), at(70), 30)).toBe(false);
  });

  test('the closest match wins in any order, the earlier right record on a tie', () => {
    expect(closestOf(100, [])).toEqual([]);
    expect(closestOf(100, [130])).toEqual([130]);
    expect(closestOf(100, [95, 103])).toEqual([103]);
    expect(closestOf(100, [105, 95])).toEqual([95]);
    expect(closestOf(100, [95, 105])).toEqual([95]);
  });
});
