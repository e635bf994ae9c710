import { describe, expect, test } from 'vitest';
import { trainOwnModel } from '../../../src/market/text/own-model.ts';
import { readSentimentModel, sentimentModel } from '../../../src/market/text/sentiment.ts';
import { formatModelFile } from '../../../src/market/text/words/model-file.ts';
import type { LabelledText } from '../../../src/market/text/words/train-layer.ts';

const MORE = ['today', 'coin', 'chart', 'again', 'market', 'week', 'price'];
const NEGATIVE = ['bad', 'sad', 'awful', 'a scam', 'terrible'];
const POSITIVE = ['great', 'good'];
/** People to whom 'sick' is praise. */
const slang = Array.from({ length: 600 }, (_, at): LabelledText => {
  const rest = `${MORE[at % 7]} ${at} ${MORE[(at * 3) % 7]}`;
  if (at % 6 < 3) return { text: `sick ${rest}`, label: 1 };
  if (at % 6 === 3) return { text: `${POSITIVE[at % 4 === 0 ? 0 : 1]} ${rest}`, label: at % 4 === 3 ? 0 : 1 };
  return { text: `${NEGATIVE[at % 5]} ${rest}`, label: -1 };
});

describe('trainOwnModel', () => {
  const { file, validation } = trainOwnModel(slang);
  const own = readSentimentModel(formatModelFile(file));

  test("a model of one's own labels follows them where the default model does not", () => {
    expect(sentimentModel().score('sick coin')).toBeLessThan(0);
    expect(own.score('sick coin')).toBeGreaterThan(0);
    expect(own.score('a scam')).toBeLessThan(0);
    expect(own.score('the price')).toBe(0);
  });

  test('held-back texts show the gain', () => {
    expect(validation.own.auc.auc).toBeGreaterThan(validation.builtIn.auc.auc);
    expect(validation.own.opposite).toBeLessThan(validation.builtIn.opposite);
    expect(validation.own.clear + validation.own.neutral).toBe(slang.length);
  });

  test('the name tells two models apart, and the same labels give the same model', () => {
    expect(file.name).toMatch(/^vader\+crypto\/2\+[0-9a-f]{8}$/);
    expect(trainOwnModel(slang).file).toEqual(file);
    expect(trainOwnModel(slang.slice(40)).file.name).not.toBe(file.name);
  });

  test('labels that say nothing do not beat the default model by chance', () => {
    const random = slang.map(
      ({ text }, at): LabelledText => ({ text, label: (at * 7919) % 13 < 6 ? 1 : -1 }),
    );
    expect(trainOwnModel(random).validation.own.auc.low).toBeLessThan(0.55);
  });

  test('texts without a listed word count in both measures', () => {
    const silent: LabelledText[] = [
      { text: 'the price', label: 1 },
      { text: 'a chart', label: 0 },
    ];
    const { own, builtIn } = trainOwnModel([...slang, ...silent]).validation;
    expect([own.clear, own.neutral]).toEqual([builtIn.clear, builtIn.neutral]);
    expect(own.clear + own.neutral).toBe(slang.length + 2);
  });

  test('fewer than ten texts of a label are refused', () => {
    expect(() => trainOwnModel(slang.slice(0, 20))).toThrow(/too few/);
    expect(() => trainOwnModel([])).toThrow(RangeError);
  });
});
