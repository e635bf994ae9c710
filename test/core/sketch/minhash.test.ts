import { describe, expect, test } from 'vitest';
import {
  PERMUTATIONS,
  signatureFrom,
  signatureOf,
  signatureText,
  similarityOf,
} from '../../../src/core/sketch/minhash.ts';
import { random } from '../../../src/core/util/random.ts';

const shingles = (text: string): Set<string> =>
  new Set(Array.from({ length: Math.max(1, text.length - 3) }, (_, at) => text.slice(at, at + 4)));

/** The share of shingles in common, counted. */
function jaccard(a: string, b: string): number {
  const [one, other] = [shingles(a), shingles(b)];
  const common = [...one].filter((part) => other.has(part)).length;
  return common / (one.size + other.size - common);
}

const estimate = (a: string, b: string): number => {
  const [one, other] = [signatureOf(a), signatureOf(b)];
  return similarityOf(one.filter((byte, i) => byte === other[i]).length);
};

const { below, pick } = random(7, 'texts');
const WORDS = Array.from({ length: 400 }, () =>
  Array.from({ length: 2 + below(7) }, () => pick([...'etaoinshrdlucmfwypvbgk'])).join(''),
);
const words = (count: number) => Array.from({ length: count }, () => pick(WORDS));

describe('signatures', () => {
  test('equal texts have equal signatures, unrelated texts different ones', () => {
    expect(signatureOf('bitcoin')).toEqual(signatureOf('bitcoin'));
    expect(estimate('bitcoin to the moon', 'the weather in Oslo')).toBeLessThan(0.1);
  });

  test('the estimated similarity is unbiased, off by at most 0.05 on average and by less than 0.25 always', () => {
    const errors = Array.from({ length: 1500 }, () => {
      const text = words(5 + below(25));
      const other = text.map((word) => (below(10) < 2 ? pick(WORDS) : word));
      const [a, b] = [text.join(' '), other.join(' ')];
      return estimate(a, b) - jaccard(a, b);
    });
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean(errors))).toBeLessThan(0.01);
    expect(mean(errors.map(Math.abs))).toBeLessThan(0.05);
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(0.25);
  });

  test('signatures of unrelated texts agree only by chance', () => {
    const errors = Array.from({ length: 300 }, () => {
      const [a, b] = [words(20).join(' '), words(20).join(' ')];
      return estimate(a, b) - jaccard(a, b);
    });
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeCloseTo(0, 2);
  });

  test('texts shorter than a shingle and very long texts have signatures', () => {
    expect(signatureOf('gm')).not.toEqual(signatureOf('gn'));
    expect(signatureOf('x'.repeat(2000))).toEqual(signatureOf('x'.repeat(25_000)));
  });

  test('a signature survives a round trip through text', () => {
    const signature = signatureOf('🚀 ビットコイン');
    expect(signature).toHaveLength(PERMUTATIONS);
    expect(signatureFrom(signatureText(signature))).toEqual(signature);
  });
});
