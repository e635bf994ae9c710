import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/util/time.ts';
import { MinuteCounts, meanScore } from '../../../src/page/model/minute-counts.ts';
import { START } from '../records.ts';

const tag = (offset: number, partition = 0) => ({ part: `t/${partition}`, offset });
const floor = (length: number) => (time: number) => Math.floor(time / length) * length;

describe('posts by minute', () => {
  test.each([MINUTE, 10 * MINUTE, 20 * MINUTE, HOUR])('windows of %d ms count each post once', (length) => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 6 * HOUR }), { maxLength: 100 }), (times) => {
        const counts = new MinuteCounts();
        for (const [i, time] of times.entries()) counts.add(START + time, 0.5, tag(i));
        const expected = new Map<number, number>();
        for (const time of times) {
          const start = floor(length)(START + time);
          expected.set(start, (expected.get(start) ?? 0) + 1);
        }
        const windows = counts.windows(length, floor(length));
        expect(new Map([...windows].map(([start, { posts }]) => [start, posts]))).toEqual(expected);
      }),
    );
  });

  test('a deleted post leaves the counts and is counted as deleted', () => {
    const counts = new MinuteCounts();
    counts.add(START, 0.5, tag(0));
    counts.add(START, -0.5, tag(1));
    counts.remove(START, 0.5, tag(2), true);
    expect([...counts.windows(HOUR, floor(HOUR)).values()]).toEqual([
      { posts: 1, scored: 1, sum: -0.5, squares: 0.25, deleted: 1 },
    ]);
  });

  test('only windows with a later record are after a position, with their whole totals', () => {
    const counts = new MinuteCounts();
    counts.add(START, 1, tag(0));
    counts.add(START + HOUR, 1, tag(1));
    counts.add(START + HOUR, 1, tag(0, 1));
    const after = new Map([['t/0', 2]]);
    const windows = counts.windows(HOUR, floor(HOUR), after);
    expect([...windows].map(([start, { posts }]) => [start, posts])).toEqual([[START + HOUR, 2]]);
  });

  test('the oldest minutes are dropped after a week', () => {
    const counts = new MinuteCounts();
    for (let minute = 0; minute < 12_000; minute++) counts.add(START + minute * MINUTE, null, tag(minute));
    const kept = counts.windows(MINUTE, floor(MINUTE));
    expect(kept.size).toBeLessThanOrEqual(11_088);
    expect([...kept.keys()].at(-1)).toBe(START + 11_999 * MINUTE);
  });
});

describe('the mean score', () => {
  test('mean and standard error are those of the scores', () => {
    const scores = [0.2, 0.4, 0.9, -0.3];
    const counts = new MinuteCounts();
    for (const [i, score] of [...scores, null].entries()) counts.add(START, score, tag(i));
    const [total] = counts.windows(MINUTE, floor(MINUTE)).values();
    const mean = scores.reduce((sum, score) => sum + score) / 4;
    const deviation = Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / 3);
    const [gotMean, gotError] = meanScore(total!);
    expect(total!.posts).toBe(5);
    expect(gotMean).toBeCloseTo(mean, 12);
    expect(gotError).toBeCloseTo(deviation / 2, 12);
  });

  test('one score has no standard error, and none has no mean', () => {
    const of = (scored: number, sum: number) =>
      meanScore({ posts: 3, scored, sum, squares: sum * sum, deleted: 0 });
    expect([of(1, 0.5), of(0, 0)]).toEqual([
      [0.5, null],
      [null, null],
    ]);
  });
});
