import { coins, currencies, every, top } from '../shared/options.ts';
import { QUOTE_PLACEHOLDERS } from '../shared/quote-record.ts';
import { serviceUrl } from '../shared/service-url.ts';
import { defineSource } from '../source.ts';
import { checkCoinGecko } from './checks.ts';
import { pollCoinGecko } from './poll.ts';

export const coingecko = defineSource({
  name: 'coingecko',
  summary: 'Poll prices and market caps of CoinGecko, by coin or rank; no key needed.',
  feeds: { prices: ['prices-coingecko'] },
  live: { onlyFor: 'market caps without a key', secrets: [], endless: false, check: checkCoinGecko },
  options: {
    coins,
    top,
    convert: currencies,
    every,
    coingeckoUrl: serviceUrl('--coingecko-url', 'CoinGecko', 'https://api.coingecko.com/api/v3'),
  },
  examples: [
    'cryptopipe produce prices --source coingecko --coin btc,eth',
    'cryptopipe produce prices --source coingecko --top 100 --once',
  ],
  fills: () => QUOTE_PLACEHOLDERS,
  check: ({ coins, top }) =>
    coins.length > 0 && top > 0 ? ['--coin and --top exclude each other: write only one'] : [],
  read: ({ topic = 'prices-coingecko', ...settings }, context) =>
    pollCoinGecko({ ...settings, topic }, context),
});
