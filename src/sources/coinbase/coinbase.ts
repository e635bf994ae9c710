import { QUOTE_PLACEHOLDERS } from '../shared/quote-record.ts';
import { serviceUrl, socketUrl } from '../shared/service-url.ts';
import { checkExchange } from '../shared/trades/checks.ts';
import { readExchange, tradeOptions } from '../shared/trades/read-exchange.ts';
import { defineSource } from '../source.ts';
import { coinbaseExchange } from './exchange.ts';

const options = {
  ...tradeOptions,
  coinbaseUrl: serviceUrl('--coinbase-url', 'Coinbase', 'https://api.exchange.coinbase.com'),
  coinbaseWsUrl: socketUrl('--coinbase-ws-url', 'Coinbase', 'wss://ws-feed.exchange.coinbase.com'),
};

export const coinbase = defineSource({
  name: 'coinbase',
  summary: 'Read the trades of Coinbase live, each once; public, no key.',
  feeds: { prices: ['prices-coinbase'] },
  live: {
    secrets: [],
    endless: false,
    check: (settings, context) =>
      checkExchange(
        coinbaseExchange(settings, context),
        new URL(settings.coinbaseUrl).host,
        settings,
        context,
      ),
  },
  options,
  examples: [
    'cryptopipe produce prices --source coinbase --coin btc,eth',
    'cryptopipe produce prices --source coinbase --coin btc --quote eur --once',
  ],
  fills: () => QUOTE_PLACEHOLDERS,
  read: ({ topic = 'prices-coinbase', ...settings }, context) =>
    readExchange(coinbaseExchange(settings, context), { ...settings, topic }, context),
});
