import { expect, test } from 'vitest';
import { agreementOf } from '../../../../src/market/text/words/agreement.ts';

test('signs count as opposite, and neutral scores as kept, by the threshold of labels', () => {
  const scores = [0.5, -0.05, 0.04, -0.5, 0, 0.05, -0.04];
  const labels = [1, 1, 1, -1, 0, 0, 0];
  const { auc, ...counts } = agreementOf(scores, labels);
  expect(counts).toEqual({ clear: 4, opposite: 1, neutral: 3, kept: 2 });
  expect(auc.auc).toBe(1);
});

test('without neutral texts there are none', () => {
  expect(agreementOf([0.2, -0.2], [1, -1])).toMatchObject({ neutral: 0, kept: 0, opposite: 0 });
});
