import { describe, expect, test } from 'vitest';
import { lexiconScorer, sentimentLabel } from '../../../../src/market/text/sentiment.ts';

const score = lexiconScorer(2);
const before = lexiconScorer(1);
const label = (text: string) => sentimentLabel(score(text));

describe('names, tickers and terms are no feelings', () => {
  test.each([
    ['@Winner @LoveCrypto which wallet do you use for bitcoin?'],
    ['@hope @Scam when does the bitcoin meeting start'],
    ['Binance Smart Chain and Trust Wallet now take bitcoin'],
    ['Bitcoin Fear and Greed Index: 75'],
    ['Crypto Fear & Greed is at 20 for bitcoin'],
    ['the crypto fear and greed index'],
    ['Fear & Greed at 20'],
    ['Bitcoin: strong resistance at 70k, support at 65k'],
    ['$PUMP $MOON $GEM against $BTC, listing times are out'],
    ['($MOON) or .@winner'],
    ['up to 20% of all coins'],
    ['the interest rate of the United States'],
  ])('%s', (text) => {
    expect(score(text)).toBe(0);
  });

  test('a hashtag counts as a word of feeling', () => expect(label('#bullish')).toBe('positive'));
  test('a dollar sign before a number is no name', () => expect(label('$50 gain')).toBe('positive'));
});

describe('a move by a number of percent', () => {
  test.each([
    ['BTC up 9% today', 'positive'],
    ['BTC up 9 % today', 'positive'],
    ['BTC up by almost 9 percent', 'positive'],
    ['eth 12% higher', 'positive'],
    ['+4.5%', 'positive'],
    ['BTC down 9% today', 'negative'],
    ['Price of BTC falls 12 percent as sellers take over', 'negative'],
    ['BTC -7%', 'negative'],
    ['BTC −7%', 'negative'],
    ['woke up at 9', 'neutral'],
    ['get up. 9% of them', 'neutral'],
    ['9% of all coins', 'neutral'],
  ])('%s is %s', (text, expected) => expect(label(text)).toBe(expected));

  test('a price rise that did not happen does not count', () =>
    expect(score('it is not up 9%')).toBeLessThan(score('it is up 9%')));
});

describe('a joined emoji is one sign', () => {
  test('a joined emoji is read by its first part', () => {
    expect(score('❤️‍🔥')).toBe(score('❤'));
    expect(score('❤️‍🔥 x')).not.toBe(before('❤️‍🔥 x'));
  });
  test('a colour of skin changes nothing', () => expect(score('👍🏽')).toBe(score('👍')));
  test('emoji side by side count one by one', () => expect(score('🚀🚀')).toBeGreaterThan(score('🚀')));
});

describe('a negation of the clause', () => {
  test.each([
    ['nobody in this group likes it', 'negative'],
    ['Nobody likes it', 'negative'],
    ['no one here is happy', 'negative'],
    ['neither of them is any good', 'negative'],
    ['neither good nor great', 'negative'],
    ['it is hardly a great coin', 'negative'],
    ['Nobody came. I love it', 'positive'],
  ])('%s is %s', (text, expected) => expect(label(text)).toBe(expected));
});

test('the first model reads names, moves and joined emoji as before', () => {
  expect(before('@hope')).toBeGreaterThan(0);
  expect(before('up 9%')).toBe(0);
  expect(before('it is hardly a great coin')).toBeGreaterThan(0);
});
