import { describe, expect, test } from 'vitest';
import {
  chosenSentimentModel,
  sentimentFiles,
  sentimentModelOption,
} from '../../../src/market/text/model-choice.ts';
import { defaultLayer, sentimentModel } from '../../../src/market/text/sentiment.ts';
import { formatModelFile } from '../../../src/market/text/words/model-file.ts';

const text = formatModelFile({ name: 'mine', lexicon: 'vader+crypto/2', layer: defaultLayer() });

describe('--sentiment-model', () => {
  test('a built-in name needs no file', () => {
    expect(sentimentModelOption.parse('vader+crypto/1')).toBe('vader+crypto/1');
    expect(sentimentFiles('vader+crypto/1')).toEqual([]);
    expect(chosenSentimentModel('vader+crypto/1', undefined)).toBe(sentimentModel('vader+crypto/1'));
  });

  test('another name of the family is refused with those that there are', () =>
    expect(() => sentimentModelOption.parse('vader')).toThrow(
      /choose from vader\+crypto\/2, vader\+crypto\/1/,
    ));

  test('any other text is a file, which is checked and read', () => {
    const [file] = sentimentFiles(sentimentModelOption.parse('mine.json'));
    expect(file).toMatchObject({ flag: '--sentiment-model', path: 'mine.json' });
    expect(() => file!.check('{}')).toThrow(RangeError);
    expect(() => file!.check(text.replace('vader+crypto/2', 'vader+crypto/7'))).toThrow(/train it again/);
    const model = chosenSentimentModel('mine.json', new Map([['--sentiment-model', text]]));
    expect(model.name).toBe('mine');
    expect(model.score('a great coin')).toBe(sentimentModel().score('a great coin'));
  });
});
