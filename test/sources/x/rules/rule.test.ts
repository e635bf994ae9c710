import { expect, test } from 'vitest';
import { COINS } from '../../../../src/market/text/coin-list.ts';
import { coinRule, readRule, readRules } from '../../../../src/sources/x/rules/rule.ts';

test('every coin of the table has a rule within the limit of 1,024 characters, with its own tag', () => {
  const rules = COINS.map(({ symbol }) => coinRule(symbol));
  expect(Math.max(...rules.map(({ value }) => value.length))).toBeLessThan(1024);
  expect(new Set(rules.map(({ value }) => value)).size).toBe(COINS.length);
  expect(coinRule('bnb')).toEqual({
    tag: 'bnb',
    value: '(bnb OR "binance coin" OR $BNB OR #bnb OR #binancecoin) -is:nullcast',
  });
});

test.each([
  ['btc=(bitcoin OR $BTC) lang:en', 'btc', '(bitcoin OR $BTC) lang:en'],
  ['python', 'python', 'python'],
  ['machine learning', 'machine learning', '"machine learning"'],
  ['from:elonmusk', 'from:elonmusk', 'from:elonmusk'],
  ['url:"a=b"', 'url:"a=b"', 'url:"a=b"'],
  ['my tag = a, b=c', 'my tag', 'a, b=c'],
])('--rule %s', (text, tag, value) => {
  expect(readRule(text)).toEqual({ tag, value });
});

test('a file of rules: a tag is followed by a colon and a space', () => {
  expect(
    readRules(
      '\uFEFF# comment\r\n\r\nTesla\r\nBTS: BTS -is:retweet\nfrom:elonmusk\n#bitcoin\nbitcoin lang:en\nAT&T\n',
    ),
  ).toEqual([
    { tag: 'Tesla', value: 'Tesla' },
    { tag: 'BTS', value: 'BTS -is:retweet' },
    { tag: 'from:elonmusk', value: 'from:elonmusk' },
    { tag: '#bitcoin', value: '#bitcoin' },
    { tag: 'bitcoin lang:en', value: 'bitcoin lang:en' },
    { tag: 'AT&T', value: '"AT&T"' },
  ]);
});
