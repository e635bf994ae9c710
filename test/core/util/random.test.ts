import { describe, expect, test } from 'vitest';
import { random } from '../../../src/core/util/random.ts';

const many = <T>(draw: () => T) => Array.from({ length: 20_000 }, draw);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('random', () => {
  test('the same seed and name give the same numbers; another seed or name gives others', () => {
    const first = (seed: number, name: string) => {
      const draw = random(seed, name);
      return [draw.next(), draw.next()];
    };
    expect(first(1, 'a')).toEqual(first(1, 'a'));
    expect(first(1, 'a')).not.toEqual(first(2, 'a'));
    expect(first(1, 'a')).not.toEqual(first(1, 'b'));
  });

  test('next() is uniform over [0, 1)', () => {
    const draw = random(7, 'uniform');
    const values = many(draw.next);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(mean(values)).toBeCloseTo(0.5, 1);
    for (let tenth = 0; tenth < 10; tenth++)
      expect(values.filter((value) => Math.floor(value * 10) === tenth).length).toBeGreaterThan(1800);
  });

  test('normal() has mean 0 and deviation 1', () => {
    const draw = random(7, 'normal');
    const values = many(draw.normal);
    expect(Math.abs(mean(values))).toBeLessThan(0.03);
    expect(Math.sqrt(mean(values.map((value) => value * value)))).toBeCloseTo(1, 1);
  });

  test('below() and pick() reach every choice and nothing else', () => {
    const draw = random(7, 'choices');
    expect(new Set(many(() => draw.below(3)))).toEqual(new Set([0, 1, 2]));
    expect(new Set(many(() => draw.pick(['a', 'b'])))).toEqual(new Set(['a', 'b']));
  });
});
