import { describe, expect, test } from 'vitest';
import { COINS } from '../../../src/market/text/coin-list.ts';
import { coinName, coinOf, readCoin, unlistedCoins } from '../../../src/market/text/coins.ts';

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
    expect(isDistinct(COINS.map(({ cmcId }, index) => cmcId ?? `none ${index}`))).toBe(true);
  });

  test('a sure name and a symbol name one coin', () => {
    const owner = new Map<string, string>();
    for (const { symbol, words } of COINS)
      for (const word of new Set([symbol, ...words])) {
        expect(owner.get(word), word).toBeUndefined();
        owner.set(word, symbol);
        expect(coinOf(word), word).toBe(symbol);
      }
  });

  test('three hundred coins are listed', () => expect(COINS.length).toBeGreaterThanOrEqual(300));
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
  expect(['btc', 'shib', 'near', 'wxyz'].map(coinName)).toEqual([
    'bitcoin',
    'shiba_inu',
    'near_protocol',
    'wxyz',
  ]);
});

test('an unlisted coin is one of no line of the list', () =>
  expect(unlistedCoins(['btc', 'wxyz', 'ethereum'])).toEqual(['wxyz']));
