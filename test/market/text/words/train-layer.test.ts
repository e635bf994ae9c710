import { describe, expect, test } from 'vitest';
import { lexiconScorer } from '../../../../src/market/text/sentiment.ts';
import { type LabelledText, trainLayer } from '../../../../src/market/text/words/train-layer.ts';
import { layeredScorer, layerLogOdds, scoreOfLogOdds } from '../../../../src/market/text/words/word-layer.ts';

const lexiconScore = lexiconScorer(2);
const settings = { lexiconScore, l1: 1, l2: 0.1, trust: 1 };

/** 'sick' is praise among these people, 'great' is meant as it is; the rest of the words say nothing. */
const examples: LabelledText[] = Array.from({ length: 120 }, (_, at): LabelledText => {
  const more = ['today', 'coin', 'chart', 'again', 'market'][at % 5]!;
  if (at % 4 === 0) return { text: `sick ${more} ${at}`, label: 1 };
  if (at % 4 === 1) return { text: `great ${more} ${at}`, label: 1 };
  return { text: `${at % 4 === 2 ? 'awful' : 'bad'} ${more} ${at}`, label: -1 };
});

describe('trainLayer', () => {
  const layer = trainLayer(examples, settings);
  const score = layeredScorer(lexiconScore, layer);

  test('a word gets the sign that the labels give it', () => {
    expect(lexiconScore('sick coin')).toBeLessThan(0);
    expect(score('sick coin')).toBeGreaterThan(0.3);
    expect(score('awful coin')).toBeLessThan(-0.3);
    expect(score('great coin')).toBeGreaterThan(0.3);
  });

  test('a text that is neutral for the lexicon stays neutral', () =>
    expect(score('coin chart today')).toBe(0));

  test('training keeps a weight of one byte for a few words', () => {
    expect(layer.slots.length).toBeLessThan(12);
    expect(layer.weights.every((weight) => Number.isInteger(weight) && Math.abs(weight) <= 127)).toBe(true);
    expect([...layer.slots].sort((a, b) => a - b)).toEqual(layer.slots);
  });

  test('the same examples give the same layer', () => expect(trainLayer(examples, settings)).toEqual(layer));

  test('the share of positive labels does not move the scores', () => {
    const more = examples.flatMap((one, at) =>
      one.label > 0 ? [one, ...[1, 2].map((copy) => ({ ...one, text: `${one.text}${at}${copy}` }))] : [one],
    );
    const other = trainLayer(more, settings);
    expect(other.bias).toBeLessThan(layer.bias + 0.5);
    expect(layeredScorer(lexiconScore, other)('awful coin')).toBeLessThan(-0.3);
  });

  test('neutral examples make scores smaller, and signs stay', () => {
    const neutral = examples.map(({ text }): LabelledText => ({ text: `${text} .`, label: 0 }));
    const other = layeredScorer(lexiconScore, trainLayer([...examples, ...neutral], settings));
    expect(other('sick coin')).toBeGreaterThan(0);
    expect(other('sick coin')).toBeLessThan(score('sick coin'));
  });

  test('training that starts from the weights of another model corrects them', () => {
    const again = trainLayer(examples.slice(0, 40), { ...settings, from: layer });
    const scoreAgain = layeredScorer(lexiconScore, again);
    expect(scoreAgain('sick coin')).toBeGreaterThan(0);
    expect(scoreAgain('awful coin')).toBeLessThan(0);
  });

  test('examples of one label alone are refused', () => {
    const one = examples.filter(({ label }) => label > 0);
    expect(() => trainLayer(one, settings)).toThrow(/both labels/);
  });
});

test('the score of log odds is 0 at even odds, and its sign is theirs', () => {
  expect(scoreOfLogOdds(0, 0.7)).toBe(0);
  expect(scoreOfLogOdds(2, 0.7)).toBe(-scoreOfLogOdds(-2, 0.7));
  const odds = layerLogOdds({ bias: 1, lexiconWeight: 2, slope: 1, scale: 1, slots: [], weights: [] });
  expect(odds('anything', 0.5)).toBe(2);
});
