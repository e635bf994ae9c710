import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aucOf } from '../../../src/core/learn/auc.ts';
import { random } from '../../../src/core/util/random.ts';

test('the area is the part of the pairs in which the positive example scores more', () => {
  const example = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.boolean());
  fc.assert(
    fc.property(fc.array(example, { size: 'max', maxLength: 40 }), (examples) => {
      const labels = examples.map(([, label]) => label);
      fc.pre(labels.includes(true) && labels.includes(false));
      const pairs = examples.flatMap(([score, label]) =>
        label ? examples.filter(([, other]) => !other).map(([other]) => Math.sign(score - other)) : [],
      );
      const expected = pairs.reduce((sum, sign) => sum + (sign + 1) / 2, 0) / pairs.length;
      const { auc, low, high } = aucOf(
        examples.map(([score]) => score),
        labels,
      );
      expect(auc).toBeCloseTo(expected, 10);
      expect(low).toBeLessThanOrEqual(auc);
      expect(high).toBeGreaterThanOrEqual(auc);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
    }),
  );
});

test('the interval holds the true area in about 95 of 100 samples', () => {
  const { normal } = random(4, 'auc');
  // Two normal scores a deviation apart: 0.7602 of the pairs are in order.
  const hits = Array.from({ length: 400 }, () => {
    const labels = Array.from({ length: 60 }, (_, at) => at < 30);
    const { low, high } = aucOf(
      labels.map((label) => normal() + (label ? 1 : 0)),
      labels,
    );
    return low <= 0.7602 && high >= 0.7602;
  }).filter((hit) => hit).length;
  expect(hits).toBeGreaterThan(368);
  expect(hits).toBeLessThan(396);
});

test('classes that do not overlap leave room below 1', () => {
  const { auc, low, high } = aucOf([1, 2, 3, 4], [false, false, true, true]);
  expect([auc, high]).toEqual([1, 1]);
  expect(low).toBeLessThan(0.8);
});

test('an empty class has no area', () => {
  expect(aucOf([1, 2], [true, true]).auc).toBeNaN();
});
