import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addPost, mergeSums, newSums, sentimentOf } from '../../../src/market/signals/sentiment-sums.ts';

const post = fc.record({
  score: fc.option(fc.integer({ min: -10_000, max: 10_000 })),
  followers: fc.option(fc.nat({ max: 1e8 })),
});
const posts = fc.array(post, { maxLength: 40, size: 'max' });
type Posts = readonly { readonly score: number | null; readonly followers: number | null }[];

const sumsOf = (list: Posts) => {
  const sums = newSums();
  for (const { score, followers } of list) addPost(sums, score, followers);
  return sums;
};
const close = (value: number | null) => (value === null ? null : expect.closeTo(value, 6));

/** By the definitions, post by post. */
function byDefinition(list: Posts) {
  const scored = list.flatMap(({ score, followers }) =>
    score === null ? [] : [{ score: score / 10_000, weight: Math.log(1 + (followers ?? 0)) }],
  );
  const n = scored.length;
  const mean = scored.reduce((sum, { score }) => sum + score, 0) / n;
  const squares = scored.reduce((sum, { score }) => sum + (score - mean) ** 2, 0);
  const up = scored.filter(({ score }) => score >= 0.05).length;
  const down = scored.filter(({ score }) => score <= -0.05).length;
  const agreement = 1 - Math.sqrt(1 - ((up - down) / (up + down)) ** 2);
  return {
    n,
    mean: close(n === 0 ? null : mean),
    se: close(n < 2 ? null : Math.sqrt(squares / (n - 1) / n)),
    bullishness: close(n === 0 ? null : Math.log((1 + up) / (1 + down))),
    agreement: close(up + down === 0 ? null : agreement),
  };
}

describe('sentiment of posts', () => {
  test('the sums of sentiment follow their definition, post by post', () => {
    fc.assert(
      fc.property(posts, (list) => {
        expect(sentimentOf(sumsOf(list))).toMatchObject(byDefinition(list));
      }),
    );
  });

  test('the weighted mean weights each post by the logarithm of its followers', () => {
    const list = [
      { score: 10_000, followers: 0 },
      { score: -5000, followers: 9 },
      { score: 2000, followers: 999_999 },
    ];
    const [small, large] = [Math.log(10), Math.log(1e6)];
    expect(sentimentOf(sumsOf(list)).weighted).toBeCloseTo((-0.5 * small + 0.2 * large) / (small + large), 3);
    expect(sentimentOf(sumsOf(list.slice(0, 1))).weighted).toBeNull();
  });

  test('sums of parts are the sum of all, to the last digit', () => {
    fc.assert(
      fc.property(posts, posts, (one, other) => {
        const sums = sumsOf(one);
        mergeSums(sums, sumsOf(other));
        expect(sums).toEqual(sumsOf([...other, ...one]));
      }),
    );
  });
});
