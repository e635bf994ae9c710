import { integer, toggle } from '../../core/option.ts';
import { coins, currencies, every, top } from '../shared/options.ts';
import { QUOTE_PLACEHOLDERS } from '../shared/quote-record.ts';
import { serviceUrl } from '../shared/service-url.ts';
import { defineSource } from '../source.ts';
import { SECRETS } from './api.ts';
import { checkCoinMarketCap } from './checks.ts';
import { pollCoinMarketCap } from './poll.ts';

const options = {
  coins,
  top,
  convert: currencies,
  every,
  keepCached: toggle('--keep-cached', 'Also write answers that CoinMarketCap repeats from its cache.'),
  credits: {
    ...integer('--credits', '<n>', 'Credits per month; by default CoinMarketCap reports them.', 0, {
      min: 1,
      max: 1_000_000_000,
    }),
    fallbackText: '',
  },
  coinmarketcapUrl: serviceUrl('--coinmarketcap-url', 'CoinMarketCap', 'https://pro-api.coinmarketcap.com'),
};

export const coinmarketcap = defineSource({
  name: 'coinmarketcap',
  summary: 'Poll prices and market caps of CoinMarketCap, by coin or rank; needs a key.',
  feeds: { prices: ['prices-coinmarketcap'] },
  live: { secrets: SECRETS, endless: false, check: checkCoinMarketCap },
  options,
  examples: [
    'cryptopipe produce prices --source coinmarketcap --coin btc,eth --convert USDT',
    'cryptopipe produce prices --source coinmarketcap --top 200 --every 5m',
  ],
  fills: () => QUOTE_PLACEHOLDERS,
  check: ({ coins, top }) =>
    coins.length > 0 && top > 0 ? ['--coin and --top exclude each other: write only one'] : [],
  read: ({ topic = 'prices-coinmarketcap', ...settings }, context) =>
    pollCoinMarketCap({ ...settings, topic }, context),
});
