import { QUOTE_PLACEHOLDERS } from '../shared/quote-record.ts';
import { serviceUrl, socketUrl } from '../shared/service-url.ts';
import { checkExchange } from '../shared/trades/checks.ts';
import { readExchange, tradeOptions } from '../shared/trades/read-exchange.ts';
import { defineSource } from '../source.ts';
import { krakenExchange } from './exchange.ts';

const options = {
  ...tradeOptions,
  krakenUrl: serviceUrl('--kraken-url', 'Kraken', 'https://api.kraken.com'),
  krakenWsUrl: socketUrl('--kraken-ws-url', 'Kraken', 'wss://ws.kraken.com/v2'),
};

export const kraken = defineSource({
  name: 'kraken',
  summary: 'Read the trades of Kraken live, each once; public, no key.',
  feeds: { prices: ['prices-kraken'] },
  live: {
    secrets: [],
    endless: false,
    check: (settings, context) =>
      checkExchange(krakenExchange(settings, context), new URL(settings.krakenUrl).host, settings, context),
  },
  options,
  examples: [
    'cryptopipe produce prices --source kraken --coin btc,eth',
    'cryptopipe produce prices --source kraken --coin btc --quote eur --once',
  ],
  fills: () => QUOTE_PLACEHOLDERS,
  read: ({ topic = 'prices-kraken', ...settings }, context) =>
    readExchange(krakenExchange(settings, context), { ...settings, topic }, context),
});
