import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logOdds, probabilityOf, trainLogistic } from '../../../src/core/learn/logistic.ts';
import type { SparseRow } from '../../../src/core/learn/sparse.ts';
import { random } from '../../../src/core/util/random.ts';

const row = (features: Record<number, number>): SparseRow => ({
  indices: Object.keys(features).map(Number),
  values: Object.values(features),
});

test('without features the probability is the share of the positive examples', () => {
  const rows = Array.from({ length: 200 }, () => row({}));
  const model = trainLogistic(
    rows,
    rows.map((_, at) => at < 50),
    { l2: 1 },
  );
  expect(probabilityOf(logOdds(model, row({})))).toBeCloseTo(0.25, 4);
});

test('the weights of the examples are found again', () => {
  const { normal, next } = random(1, 'rows');
  const rows = Array.from({ length: 4000 }, () => row({ 3: normal(), 70000: normal() }));
  const labels = rows.map(({ values }) => next() < probabilityOf(1.5 * values[0]! - values[1]! + 0.5));
  const { bias, weights } = trainLogistic(rows, labels, { l2: 1 });
  expect(Math.abs(bias - 0.5)).toBeLessThan(0.1);
  expect(Math.abs(weights.get(3)! - 1.5)).toBeLessThan(0.15);
  expect(Math.abs(weights.get(70_000)! + 1)).toBeLessThan(0.15);
});

test('examples of one label give a finite model', () => {
  const { bias } = trainLogistic([row({ 1: 1 }), row({ 2: 1 })], [true, true], { l2: 1 });
  expect(bias).toBeGreaterThan(2);
  expect(bias).toBeLessThan(20);
});

test('a Laplace prior sets the weights of noise to 0 and keeps the one that counts', () => {
  const { chance, below } = random(2, 'noise');
  const rows = Array.from({ length: 600 }, (_, at) =>
    row({ [at % 2 === 0 ? 1 : 2]: 1, [10 + below(50)]: 1 }),
  );
  const labels = rows.map((_, at) => (at % 2 === 0) !== chance(0.1));
  const { weights } = trainLogistic(rows, labels, { l2: 0.01, l1: 5 });
  expect(weights.get(1)).toBeGreaterThan(0.5);
  expect([...weights.keys()].filter((index) => index >= 10)).toEqual([]);
});

test('a free index has no part in the penalties', () => {
  const rows = Array.from({ length: 100 }, (_, at) => row({ 1: at < 50 ? 1 : -1 }));
  const labels = rows.map((_, at) => at % 10 > 0 === at < 50);
  const penalty = { l2: 1000, l1: 10 };
  expect(trainLogistic(rows, labels, penalty).weights.get(1) ?? 0).toBeLessThan(0.1);
  const free = new Set([1]);
  expect(trainLogistic(rows, labels, { ...penalty, free }).weights.get(1)).toBeCloseTo(Math.log(9), 2);
});

test('at the weights found, the gradient is the prior', () => {
  const example = fc.record({
    features: fc.dictionary(fc.integer({ min: 0, max: 5 }).map(String), fc.integer({ min: -3, max: 3 })),
    label: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(example, { minLength: 1, maxLength: 30, size: 'max' }), (examples) => {
      const rows = examples.map(({ features }) => row(features));
      const labels = examples.map(({ label }) => label);
      const model = trainLogistic(rows, labels, { l2: 0.5 });
      for (const [index, weight] of model.weights) {
        const pull = rows.reduce((sum, one, at) => {
          const column = Array.from(one.indices).indexOf(index);
          const error = probabilityOf(logOdds(model, one)) - (labels[at] ? 1 : 0);
          return sum + (column < 0 ? 0 : error * one.values[column]!);
        }, 0);
        expect(Math.abs(pull + 0.5 * weight)).toBeLessThan(1e-3);
      }
    }),
    { numRuns: 50 },
  );
});
