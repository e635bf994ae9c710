import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aucOf } from '../../../src/core/learn/auc.ts';
import { assignFold, crossValidatedScores } from '../../../src/core/learn/cross-validation.ts';
import { random } from '../../../src/core/util/random.ts';

test('folds keep groups whole, and each has as many groups of a label as the others, but for one', () => {
  const example = fc.record({ label: fc.boolean(), group: fc.string({ maxLength: 2 }) });
  fc.assert(
    fc.property(fc.array(example, { size: 'max', maxLength: 80 }), (examples) => {
      const labels = examples.map(({ label }) => label);
      const groups = examples.map(({ group }) => group);
      const foldNumber = assignFold({ labels, groups }, 5);
      const foldOf = new Map(groups.map((group, at) => [group, foldNumber[at]!]));
      expect(groups.map((group) => foldOf.get(group))).toEqual(foldNumber);
      const liked = new Set(groups.filter((_, at) => labels[at]));
      for (const isPositive of [true, false]) {
        const sizes = [0, 1, 2, 3, 4].map(
          (fold) =>
            [...foldOf].filter(([group, one]) => one === fold && liked.has(group) === isPositive).length,
        );
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test('labels that have nothing to do with the features score as chance does', () => {
  const { below, chance } = random(5, 'chance');
  const rows = Array.from({ length: 300 }, () => ({ indices: [below(40), 100 + below(40)], values: [1, 1] }));
  const labels = rows.map(() => chance(0.5));
  const groups = rows.map((_, at) => String(at));
  const { low, high } = aucOf(crossValidatedScores({ rows, labels, groups }, { l2: 1 }, 10), labels);
  expect(low).toBeLessThan(0.5);
  expect(high).toBeGreaterThan(0.5);
});
