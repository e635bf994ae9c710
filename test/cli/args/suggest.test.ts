import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { didYouMean, editDistance, suggest } from '../../../src/cli/args/suggest.ts';

const COMMANDS = ['run', 'produce', 'process', 'sink', 'topics'];

describe('suggest', () => {
  test.each([
    ['prodcue', 'produce'],
    ['proces', 'process'],
    ['sinc', 'sink'],
    ['topic', 'topics'],
    ['RUN', 'run'],
    ['prod', 'produce'],
  ])('%s means %s', (input, meant) => {
    expect(suggest(input, COMMANDS)).toBe(meant);
  });

  test('a word unlike all candidates has no suggestion', () => {
    expect(suggest('elephant', COMMANDS)).toBeUndefined();
    expect(suggest('x', COMMANDS)).toBeUndefined();
  });

  test('flags are compared without their dashes, and the closest wins', () => {
    expect(suggest('--windw', ['--once', '--window', '--within'])).toBe('--window');
    expect(suggest('-once', ['--once'])).toBe('--once');
  });

  test('the hint is a clause to append, or nothing', () => {
    expect(didYouMean('tial', ['tail', 'list'])).toBe('; did you mean tail?');
    expect(didYouMean('zzz', ['tail', 'list'])).toBe('');
  });
});

describe('edit distance', () => {
  test('a swap of neighbours is one edit', () => {
    expect(editDistance('candels', 'candles')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });

  test('edit distance is zero only for equal words, is symmetric, and at most the longer length', () => {
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance === 0).toBe(a === b);
        expect(editDistance(b, a)).toBe(distance);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});
