import { expect, test } from 'vitest';
import { normalizeText, stripLinksAndMentions } from '../../../src/market/text/normalize.ts';

test.each([
  ['RT @bob: Bitcoin is  up\nhttps://t.co/a', 'Bitcoin is up'],
  ['@a @b_1 hello', 'hello'],
  ['see www.example.org/x?y=1, or http://a.b', 'see or'],
  ['a report on #BTC $ETH 🚀', 'a report on #BTC $ETH 🚀'],
  ['https://t.co/a', ''],
])('%j without links and mentions is %j', (text, words) => {
  expect(stripLinksAndMentions(text)).toBe(words);
  expect(normalizeText(text)).toBe(words.toLowerCase());
});
