import { expect, test } from 'vitest';
import { live, POSTS, post, rows, tick } from './signals/feed.ts';

const series = [
  ['eur', 'kraken', 1],
  ['usd', 'coinbase', 1],
  ['usd', 'kraken', 2],
  ['tmn', 'wallex', 9],
] as const;

test.each([
  [[], [], 'usd', 'kraken'],
  [[], ['coinbase'], 'usd', 'coinbase'],
  [['eur', 'usd'], [], 'eur', 'kraken'],
  [['tmn'], ['kraken'], 'tmn', 'wallex'],
  [['gbp'], [], null, null],
])(
  'of --price-quote %j and --prefer %j a row has the %s prices of %s',
  (priceQuote, prefer, price_quote, price_source) => {
    const driver = live({ priceQuote, prefer });
    driver.accept(POSTS, post(1));
    for (const [quote, source, count] of series)
      for (let i = 0; i < count; i++) driver.accept('prices', tick(2 + i, 100, { quote, source }));
    driver.finish('all');
    expect(rows(driver)).toMatchObject([{ price_quote, price_source }]);
  },
);
