import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COINS } from '../../../../src/market/text/coin-list.ts';
import { findCoins } from '../../../../src/market/text/find-coins.ts';
import { postOf } from './labelled.ts';

const coins = (text: string) => findCoins(postOf(text)).map(({ coin }) => coin);
const whyOf = (text: string) => findCoins(postOf(text));

describe('a coin is found as people write it', () => {
  test.each([
    ['I own 2 bitcoins and no regrets', 'btc'],
    ['Sold all my litecoins', 'ltc'],
    ['#bitcoins for sale', 'btc'],
    ['#BitcoinNews of the day', 'btc'],
    ['#SolanaNFTs are back', 'sol'],
    ['#dogecoinarmy assemble', 'doge'],
    ['BTCUSDT long entry 60k', 'btc'],
    ['#BTCUSDT 4h chart', 'btc'],
    ['$BTCUSD at support', 'btc'],
    ['$BTC/USD at support', 'btc'],
    ['ETHUSD breakout', 'eth'],
    ['SOLUSDT short', 'sol'],
    ['1000PEPEUSDT', 'pepe'],
    ['link/usdt', 'link'],
    ['ビットコインが急騰', 'btc'],
    ['比特币大涨', 'btc'],
    ['비트코인 가격', 'btc'],
    ['Биткоин растёт', 'btc'],
    ['#биткоин', 'btc'],
    ['بیت کوین امروز', 'btc'],
    ['بیت‌کوین امروز', 'btc'],
    ['بيتكوين اليوم', 'btc'],
    ['سعر البيتكوين', 'btc'],
    ['बिटकॉइन की कीमत', 'btc'],
    ["Bitcoin'in fiyatı", 'btc'],
    ['₿ to a million', 'btc'],
    ['#₿ forever', 'btc'],
    ['𝗕𝗶𝘁𝗰𝗼𝗶𝗻 giveaway', 'btc'],
    ['ＢＴＣ up', 'btc'],
    ['イーサリアムのガス代', 'eth'],
    ['비트코인캐시', 'bch'],
  ])('%s: %s', (text, coin) => expect(coins(text)).toEqual([coin]));
});

describe('a name that means something else is no coin', () => {
  test.each([
    'Moved to Switzerland to study physics at ETH Zurich',
    'She wore the cutest polkadot dress',
    'A hole in the chainlink fence',
    'Word changed the default font to Aptos',
    'AAVE is a dialect with its own grammar',
    'Solana Beach had perfect waves',
    'Cardano solved the cubic in 1545',
    'A lovely little bnb in Lisbon',
    'Hedera helix covers the whole wall',
    'An auto-matic watch, any tips?',
    'Feeling good #optimism',
    'Game seven, go #Avalanche',
    'My bench is done #maker',
    'Checkup for my dog #vet',
    'Yoga at sunrise #flow',
    'So much #hype',
    'Holiday #sand #sea',
    'First week at #uni',
    '$DASH DoorDash earnings beat',
    '$VET Vermilion Energy dividend',
    'via @news.bitcoin.com',
    'news.bitcoin.com has it',
    'mail bitcoin@example.org',
    'прямой эфир',
    'CLICK THE LINK BELOW TO SEE MORE OF THIS',
  ])('%s', (text) => expect(coins(text)).toEqual([]));
});

describe('an ambiguous name counts next to trading terms', () => {
  test.each([
    ['#flow is a blockchain', 'flow', 'context'],
    ['$DASH and other privacy coins on every crypto exchange', 'dash', 'cashtag'],
    ['Bought 200 LINK at 14', 'link', 'context'],
    ['Avalanche validators cut fees', 'avax', 'context'],
    ['SAND token unlock', 'sand', 'context'],
    ['Aptos (APT)', 'apt', 'context'],
    ['DOGE TO THE MOON 🚀', 'doge', 'context'],
  ])('%s: %s by %s', (text, coin, why) => expect(whyOf(text)).toEqual([{ coin, why }]));

  test('another coin is a trading term', () =>
    expect(whyOf('BTC, LINK and NEAR')).toEqual([
      { coin: 'btc', why: 'name' },
      { coin: 'link', why: 'context' },
      { coin: 'near', why: 'context' },
    ]));

  test('a trading term far away in a long text does not count', () => {
    const filler = Array.from({ length: 60 }, () => 'word').join(' ');
    expect(coins(`crypto ${filler} Avalanche`)).toEqual([]);
    expect(coins(`crypto Avalanche ${filler}`)).toEqual(['avax']);
  });

  test('the surest evidence is kept, in the position of the first', () =>
    expect(findCoins({ text: 'NEAR token, btc and $NEAR', cashtags: [], hashtags: [] })).toEqual([
      { coin: 'near', why: 'cashtag' },
      { coin: 'btc', why: 'name' },
    ]));
});

describe('a symbol outside the list', () => {
  const asked = new Set(['wxyz', '7up']);

  test('an unlisted symbol counts as a cashtag if --coin asks for it', () => {
    expect(findCoins(postOf('$WXYZ listed'), asked)).toEqual([{ coin: 'wxyz', why: 'cashtag' }]);
    expect(findCoins({ text: '$7up, $WXYZ!', cashtags: [], hashtags: [] }, asked)).toEqual([
      { coin: '7up', why: 'cashtag' },
      { coin: 'wxyz', why: 'cashtag' },
    ]);
  });

  test('an unlisted symbol does not count as a word or hashtag, or without being asked for', () => {
    expect(findCoins(postOf('wxyz #wxyz'), asked)).toEqual([]);
    expect(findCoins(postOf('$WXYZ listed'))).toEqual([]);
  });
});

test('the coins do not depend on the text read before', () => {
  const words = fc.constantFrom(
    'BTC',
    '#flow',
    '$DASH',
    'crypto',
    'Avalanche',
    'earnings',
    'ETH',
    'Zurich',
    '5',
    '比特币',
  );
  const text = fc.array(words, { maxLength: 8 }).map((parts) => parts.join(' '));
  fc.assert(
    fc.property(text, text, (one, other) => {
      const alone = whyOf(one);
      whyOf(other);
      expect(whyOf(one)).toEqual(alone);
      expect(new Set(alone.map(({ coin }) => coin)).size).toBe(alone.length);
    }),
  );
});

test('a cashtag of every coin that is no company counts', () => {
  for (const { symbol, company } of COINS)
    if (company === 'none') expect(coins(`$${symbol.toUpperCase()} today`), symbol).toEqual([symbol]);
});
