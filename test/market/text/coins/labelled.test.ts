import { expect, test } from 'vitest';
import { LABELLED, scoreOf } from './labelled.ts';

test('the labelled set has at least 400 different texts, half of them traps, split in two', () => {
  expect(LABELLED.length).toBeGreaterThanOrEqual(400);
  expect(new Set(LABELLED.map(({ text }) => text)).size).toBe(LABELLED.length);
  const traps = LABELLED.filter(({ coins }) => coins.length === 0).length;
  expect(traps / LABELLED.length).toBeCloseTo(0.5, 1);
  expect(LABELLED.map(({ half }) => half)).toEqual(
    LABELLED.map((_, index) => (index % 2 === 0 ? 'tune' : 'held')),
  );
});

test('coins have a precision of 0.95 and a recall of 0.90 on the half that is held back', () => {
  for (const half of ['tune', 'held'] as const) {
    const { precision, recall, named } = scoreOf(half);
    console.log(
      `${half}: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)} of ${named} mentions`,
    );
    expect(precision).toBeGreaterThanOrEqual(0.95);
    expect(recall).toBeGreaterThanOrEqual(0.9);
  }
});
