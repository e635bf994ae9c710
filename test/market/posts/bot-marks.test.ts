import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TweetBody } from '../../../src/market/posts/body.ts';
import { botMarks } from '../../../src/market/posts/bot-marks.ts';

const marksOf = (body: Partial<TweetBody>) =>
  botMarks({ username: null, name: null, cashtags: [], text: '', ...body } as TweetBody);

test.each(['news_bot', 'bot42', 'PriceBot', 'BTCBot', 'my-bot-2', 'cryptobot', 'whale.bots'])(
  '%s says that it is a bot',
  (username) => {
    expect(marksOf({ username })).toEqual(['bot']);
  },
);
test.each(['abbot', 'talbot', 'botanist', 'robothead', 'ElonMusk', 'botswana_news', 'nabokov'])(
  '%s does not say that it is a bot',
  (username) => {
    expect(marksOf({ username })).toEqual([]);
  },
);
test('a name beyond ASCII is read by the same rule', () => {
  const rule = /\b(?:ro)?bots?\b|🤖/iu;
  const part = fc.constantFrom('bot', 'ROBOTS', 'ſ', 'K', ' ', 'x', '🤖', 'é', '_', '\n');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
      expect(marksOf({ name: parts.join('') })).toEqual(rule.test(parts.join('')) ? ['bot'] : []);
    }),
  );
});
test('a display name may declare a bot', () => {
  expect(marksOf({ name: 'Whale Bot 🐋' })).toEqual(['bot']);
  expect(marksOf({ name: 'Prices 🤖' })).toEqual(['bot']);
  expect(marksOf({ name: 'Marie Talbot' })).toEqual([]);
});
test('five different cashtags are many, four are not, however often they come', () => {
  expect(marksOf({ cashtags: ['BTC', 'eth', 'sol', 'doge', 'ada'] })).toEqual(['cashtags']);
  expect(marksOf({ cashtags: ['BTC', 'btc', 'eth', 'sol', 'doge', 'ETH'] })).toEqual([]);
});
test.each([
  'Huge AIRDROP today',
  'claim your tokens',
  'free mint live',
  'RT & follow to win',
  'presale starts',
  'big giveaway!',
])("'%s' has the words of an airdrop", (text) => {
  expect(marksOf({ text })).toEqual(['airdrop']);
});
test.each(['bitcoin is free', 'I follow the market', 'a dropped ball', 'they claim it is over'])(
  "'%s' has none",
  (text) => {
    expect(marksOf({ text })).toEqual([]);
  },
);
test('a post may have several bot marks', () => {
  expect(marksOf({ username: 'x_bot', text: 'airdrop', cashtags: [...'abcde'] })).toEqual([
    'bot',
    'cashtags',
    'airdrop',
  ]);
});
