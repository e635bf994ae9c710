import { expect, test } from 'vitest';
import {
  normalizeText,
  stripLinksAndMentions,
  stripTagsAndTickers,
} from '../../../src/market/text/normalize.ts';

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

test.each([
  ['El precio sube #Bitcoin $BTC', 'El precio sube'],
  ['BTC y ETH suben, BTCUSDT 68k', 'y suben, 68k'],
  ['NASA sube', 'NASA sube'],
  ['#ビットコイン が上がった', 'が上がった'],
])('%j without tags and tickers is %j', (text, words) => {
  expect(stripTagsAndTickers(text)).toBe(words);
});
