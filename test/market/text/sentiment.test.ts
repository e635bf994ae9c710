import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildLexicon } from '../../../src/market/text/lexicon/lexicon.ts';
import { sentimentScorer } from '../../../src/market/text/lexicon/rules.ts';
import vader from '../../../src/market/text/lexicon/vader.txt';
import {
  SENTIMENT_MODELS,
  sentimentLabel,
  sentimentModel,
  sentimentScore,
} from '../../../src/market/text/sentiment.ts';
import { correlation } from '../../bench/sentiment.ts';

const GROUND_TRUTH = '../shared/data/sentiment/vader-tweets_GroundTruth.txt';

describe("VADER's rules over its list", () => {
  const score = sentimentScorer(buildLexicon([vader]));

  // Scores that vaderSentiment 3.3.2 prints for its own examples.
  test.each([
    ['VADER is smart, handsome, and funny.', 0.8316],
    ['VADER is smart, handsome, and funny!', 0.8439],
    ['VADER is very smart, handsome, and funny.', 0.8545],
    ['VADER is VERY SMART, handsome, and FUNNY.', 0.9227],
    ['VADER is VERY SMART, handsome, and FUNNY!!!', 0.9342],
    ['VADER is VERY SMART, uber handsome, and FRIGGIN FUNNY!!!', 0.9469],
    ['VADER is not smart, handsome, nor funny.', -0.7424],
    ["At least it isn't a horrible book.", 0.431],
    ['The book was only kind of good.', 0.3832],
    ['The plot was good, but the characters are uncompelling and the dialog is not great.', -0.7042],
    ["Today only kinda sux! But I'll get by, lol", 0.5249],
    ['Make sure you :) or :D today!', 0.8633],
    ['Not bad at all', 0.431],
    ['Sentiment analysis has never been good.', -0.3412],
    ['Sentiment analysis has never been this good!', 0.5672],
    ['With VADER, sentiment analysis is the shit!', 0.6476],
    ['Without a doubt, excellent idea.', 0.7013],
    ['Roger Dodger is one of the least compelling variations on this theme.', -0.1695],
  ])('%s scores as the original does', (text, expected) => {
    expect(score(text)).toBe(expected);
  });

  test('a negation does not reach across a full stop, but across a comma', () => {
    expect(score('I do not. Good')).toBeGreaterThan(0);
    expect(score('I do not, good')).toBeLessThan(0);
  });

  test('punctuation does not hide a short word', () => expect(score('no.')).toBe(score('no')));

  test('a curly apostrophe negates like a straight one', () =>
    expect(score('I don’t like it')).toBe(score("I don't like it")));

  test('a phrase of the list counts as one word', () => {
    expect(score('fed up')).toBeLessThan(0);
    expect(score('fed the cat')).toBe(0);
  });

  test('a web address has no sentiment, nor has its punctuation', () =>
    expect(score('good https://bad.example/terrible?awful!!??')).toBe(score('good')));

  test('more than four exclamation marks count as four', () =>
    expect(score('good !!!!!!!!')).toBe(score('good !!!!')));
});

describe('the whole model', () => {
  test.each([
    ['$BTC to the moon 🚀'],
    ['very bullish on eth'],
    ['HODL'],
    ['new ATH today'],
    ['it will pump'],
    ['mooning'],
  ])('%s is positive', (text) => expect(sentimentLabel(sentimentScore(text))).toBe('positive'));

  test.each([
    ['bearish'],
    ['got REKT again'],
    ['it is a rugpull'],
    ['a rug pull'],
    ['whales dump on us'],
    ['all FUD'],
    ['total scam'],
    ['not bullish'],
    ['📉'],
  ])('%s is negative', (text) => expect(sentimentLabel(sentimentScore(text))).toBe('negative'));

  test.each([[''], [' \n'], ['the price of btc'], ['价格']])('%j is neutral: 0', (text) => {
    expect(sentimentScore(text)).toBe(0);
    expect(sentimentLabel(0)).toBe('neutral');
  });

  test('labels change at 0.05 and -0.05', () =>
    expect([0.05, 0.0499, -0.0499, -0.05].map(sentimentLabel)).toEqual([
      'positive',
      'neutral',
      'neutral',
      'negative',
    ]));

  test('the default model is the second, and the first is still there', () => {
    expect(sentimentModel().name).toBe('vader+crypto/2');
    expect(SENTIMENT_MODELS).toContain('vader+crypto/1');
    expect(sentimentModel('vader+crypto/1').score('very bullish on eth')).toBe(0.5709);
  });

  test('every text scores from -1 to 1, the same each time', () => {
    const words = fc.constantFrom(
      'good',
      'BAD',
      'not',
      'very',
      'never',
      'this',
      'but',
      'least',
      'no',
      '!!',
      '🚀',
      'x',
      ':)',
      'rug',
      'pull',
    );
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(words).map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(text, fc.string(), (one, other) => {
        const score = sentimentScore(one);
        sentimentScore(other);
        expect(Math.abs(score)).toBeLessThanOrEqual(1);
        expect(sentimentScore(one)).toBe(score);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('a text far longer than earlier ones is read completely', () =>
    expect(sentimentScore(`${'x '.repeat(20_000)}terrible`)).toBeLessThan(-0.3));
});

test.runIf(existsSync(GROUND_TRUTH))(
  'it agrees with 4,200 human ratings as the paper says, crypto list or not',
  () => {
    const { posts, models, vaderAlone } = correlation(GROUND_TRUTH);
    expect(posts).toBe(4200);
    expect(vaderAlone).toBeGreaterThan(0.873);
    expect(models['vader+crypto/1']).toBeGreaterThan(vaderAlone - 0.001);
    expect(models['vader+crypto/2']).toBeGreaterThan(0.875);
  },
);
