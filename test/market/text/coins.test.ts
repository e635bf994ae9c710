import { describe, expect, test } from 'vitest';
import { COINS } from '../../../src/market/text/coin-list.ts';
import { coinName, coinOf, findCoins, readCoin } from '../../../src/market/text/coins.ts';

const inText = (text: string) => findCoins({ text, cashtags: [], hashtags: [] });

/** The coins of shared/bench/gen.py. */
const BENCH_COINS = (
  'btc eth bnb xrp sol ada doge trx dot ltc shib avax link uni atom xmr etc xlm bch fil apt near algo vet icp ' +
  'hbar qnt ape egld sand mana theta axs xtz aave eos flow ftm kcs chz zec mkr snx neo dash comp bat enj crv yfi'
).split(' ');

describe('the coin list', () => {
  test('the fifty coins of the benchmark are listed', () =>
    expect(BENCH_COINS.map((symbol) => coinOf(symbol))).toEqual(BENCH_COINS));

  test('symbols, names and CoinMarketCap ids are unique', () => {
    const isDistinct = (values: readonly unknown[]) => new Set(values).size === COINS.length;
    expect(isDistinct(COINS.map(({ symbol }) => symbol))).toBe(true);
    expect(isDistinct(COINS.map(({ name }) => name.toLowerCase()))).toBe(true);
    expect(isDistinct(COINS.map(({ cmcId }) => cmcId))).toBe(true);
  });

  test('no word or tag names two coins', () => {
    const owner = new Map<string, string>();
    for (const { symbol, name, words, tags = [] } of COINS)
      for (const word of new Set([symbol, name, ...words, ...tags].map((word) => word.toLowerCase()))) {
        expect(owner.get(word), word).toBeUndefined();
        owner.set(word, symbol);
      }
  });

  test('the later words of a name do not name a coin alone', () => {
    const rest = COINS.flatMap(({ words }) => words.flatMap((word) => word.split(' ').slice(1)));
    expect(rest.filter((word) => inText(word).length > 0)).toEqual([]);
  });
});

describe('coinOf', () => {
  test.each([
    ['BTC', 'btc'],
    ['bitcoin', 'btc'],
    ['$eth', 'eth'],
    ['#Ethereum', 'eth'],
    ['near', 'near'],
    ['Near Protocol', 'near'],
    ['bitcoin cash', 'bch'],
    ['BitcoinCash', 'bch'],
    [' btc ', 'btc'],
  ])('%s is %s', (tag, coin) => expect(coinOf(tag)).toBe(coin));

  test.each([['Tesla'], [''], ['constructor'], ['btcx']])('%j is not a coin', (tag) =>
    expect(coinOf(tag)).toBeUndefined(),
  );
});

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
    ['#near', 'near'],
    ['$etc', 'etc'],
    ['#Solana', 'sol'],
    ['$doge', 'doge'],
    ['#BitcoinCash', 'bch'],
  ])('%s in the text finds %s', (text, coin) => expect(inText(`x ${text}!`)).toEqual([coin]));

  test('unambiguous names count as words', () =>
    expect(inText('chainlink, Polkadot and NEAR Protocol')).toEqual(['link', 'dot', 'near']));

  test('the longer name wins', () => {
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

  test('each coin counts once, tags first, in order of mention', () =>
    expect(
      findCoins({
        text: 'eth and btc and solana and btc',
        cashtags: ['SOL'],
        hashtags: ['near', 'sol', 'mood'],
      }),
    ).toEqual(['sol', 'near', 'eth', 'btc']));
});

describe('readCoin', () => {
  test.each([
    ['Ethereum', 'eth'],
    ['$BTC', 'btc'],
    ['bitcoin cash', 'bch'],
    ['KAS', 'kas'],
    ['#kas', 'kas'],
  ])('%s is %s', (text, symbol) => {
    expect(readCoin(text)).toBe(symbol);
  });

  test('a symbol or a known name is accepted', () => {
    expect(() => readCoin('a coin')).toThrow("'a coin' is not a coin");
  });
});

test('coinName is safe inside other names', () => {
  expect(['btc', 'shib', 'near', 'kas'].map(coinName)).toEqual([
    'bitcoin',
    'shiba_inu',
    'near_protocol',
    'kas',
  ]);
});
