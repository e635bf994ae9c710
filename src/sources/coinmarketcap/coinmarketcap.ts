import { integer, list, toggle } from '../../core/option.ts';
import { coins, every } from '../shared/options.ts';
import { QUOTE_PLACEHOLDERS } from '../shared/quote-record.ts';
import { serviceUrl } from '../shared/service-url.ts';
import { defineSource } from '../source.ts';
import { SECRETS } from './api.ts';
import { checkCoinMarketCap } from './checks.ts';
import { pollCoinMarketCap } from './poll.ts';

const convert = list(
  '--convert',
  '<list>',
  'Currencies of the prices; each one after the first costs one more credit.',
  ['USD'],
  readCurrency,
);

function readCurrency(text: string): string {
  const symbol = text.toUpperCase();
  if (/^[A-Z0-9]{1,20}$/.test(symbol)) return symbol;
  throw new RangeError(`'${text}' is not a currency; write a symbol such as USD or USDT`);
}

const options = {
  coins,
  top: {
    ...integer('--top', '<n>', 'Number of coins by rank, instead of --coin; 10 without either.', 0, {
      min: 1,
      max: 5000,
    }),
    fallbackText: '',
  },
  convert,
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
  live: { isDefault: true, secrets: SECRETS, endless: false, check: checkCoinMarketCap },
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
