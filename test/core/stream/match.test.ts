import { describe, expect, test } from 'vitest';
import { fits, isCloser, match } from '../../../src/core/stream/match.ts';

const at = (time: number) => ({ time, item: time });
const isCloserTo = (left: number, right: number, other: number) =>
  isCloser(match(at(left), at(right)), match(at(left), at(other)));

describe('a match', () => {
  test('a skew of -tolerance fits, one of +tolerance does not', () => {
    expect(fits(at(100), at(130), 30)).toBe(true);
    expect(fits(at(100), at(131), 30)).toBe(false);
    expect(fits(at(100), at(71), 30)).toBe(true);
    expect(fits(at(100), at(70), 30)).toBe(false);
  });

  test('the match at the smaller distance is closer; at equal distances, the one with the earlier right record', () => {
    expect(isCloserTo(100, 103, 95)).toBe(true);
    expect(isCloserTo(100, 95, 103)).toBe(false);
    expect(isCloserTo(100, 95, 105)).toBe(true);
    expect(isCloserTo(100, 105, 95)).toBe(false);
    expect(isCloserTo(100, 95, 95)).toBe(false);
  });
});
