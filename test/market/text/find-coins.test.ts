import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COINS } from '../../../src/market/text/coin-list.ts';
import { COIN_TABLE } from '../../../src/market/text/coins/coin-table.ts';
import { findCoins } from '../../../src/market/text/find-coins.ts';

const mentions = (text: string) => findCoins({ text, cashtags: [], hashtags: [] });
const inText = (text: string) => mentions(text).map(({ coin }) => coin);

describe('findCoins', () => {
  test.each(['BTC', 'btc', 'Bitcoin', 'bitcoin', '$BTC'])(
    "the first seed's track word %s finds btc",
    (word) => expect(inText(`all about ${word} today`)).toEqual(['btc']),
  );
  test.each(['ETH', 'eth', 'Ethereum', 'ethereum', '$ETH'])(
    "the first seed's track word %s finds eth",
    (word) => expect(inText(`all about ${word} today`)).toEqual(['eth']),
  );

  test.each(['method', 'ethics', 'btcx', 'xbtcx', 'éth', 'ethé', 'my_eth', 'eth2x'])(
    '%s is another word: whole words only',
    (word) => expect(inText(word)).toEqual([]),
  );

  test.each([
    '(BTC)',
    'BTC/USD',
    'btc-usd',
    "bitcoin's",
    'bitcoin…',
    '“bitcoin”',
    '买bitcoin吧',
    'BTC🚀',
    'now:btc',
    'btc,',
  ])('marks end a word: %s', (text) => expect(inText(text)).toEqual(['btc']));

  test.each([
    'near the link, one dot of sand',
    'etc',
    'DOGE',
    'LTC',
    'go with the flow',
    'ape in',
    'comp',
    'my bat',
    'dash home',
    'vet',
    'Sol',
  ])('everyday words need a sign: %s', (text) => expect(inText(text)).toEqual([]));

  test.each([
    ['$NEAR', 'near'],
    ['$etc', 'etc'],
    ['#Solana', 'sol'],
    ['$doge', 'doge'],
    ['#BitcoinCash', 'bch'],
  ])('%s in the text finds %s', (text, coin) => expect(inText(`x ${text}!`)).toEqual([coin]));

  test('unambiguous names count as words', () =>
    expect(inText('chainlink, Polkadot and NEAR Protocol')).toEqual(['link', 'dot', 'near']));

  test('of two names that begin alike, the longer one counts', () => {
    expect(inText('Bitcoin Cash')).toEqual(['bch']);
    expect(inText('ethereum-classic or ethereum')).toEqual(['etc', 'eth']);
    expect(inText('bitcoin cashier')).toEqual(['btc']);
    expect(inText('#bitcoin cash is king')).toEqual(['btc']);
  });

  test('mentions and web addresses do not name a coin', () => {
    expect(inText('@bitcoin hello')).toEqual([]);
    expect(inText('https://btc.example/eth/bitcoin')).toEqual([]);
    expect(inText('read https://x.example/btc then eth')).toEqual(['eth']);
  });

  test('an amount in dollars is no cashtag, whatever name it is spelled like', () => {
    expect(inText('ES_F $SPY $314.45 $AAPL $374.43 $QQQ $JPM')).toEqual([]);
    expect(inText('$PI is at $3.14, $ME at $314')).toEqual(['pi', 'me']);
  });

  test('any word of the table may stand behind any sign, beside any coin', () => {
    const anyOf = (words: readonly string[]) => fc.nat(words.length - 1).map((at) => words[at]!);
    const word = fc.tuple(fc.constantFrom('$', '#', ''), anyOf(COIN_TABLE.words), fc.boolean());
    const coin = anyOf(COINS.map(({ symbol }) => symbol));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), coin, (words, symbol) => {
        const spelled = words.map(([sign, text, joined]) => sign + (joined ? text.replace(/\W/g, '') : text));
        expect(() =>
          findCoins({ text: `${spelled.join(' ')} $${symbol}`, cashtags: spelled, hashtags: spelled }),
        ).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });

  test('each coin counts once, tags first, in order of mention', () =>
    expect(
      findCoins({
        text: 'eth and btc and solana and btc',
        cashtags: ['SOL'],
        hashtags: ['near', 'sol', 'mood'],
      }),
    ).toEqual([
      { coin: 'sol', why: 'cashtag' },
      { coin: 'near', why: 'context' },
      { coin: 'eth', why: 'name' },
      { coin: 'btc', why: 'name' },
    ]));
});
