import { QUOTE_PLACEHOLDERS } from '../shared/quote-record.ts';
import { defineSource } from '../source.ts';
import { checkBinance } from './checks.ts';
import { readBinance } from './read.ts';
import { binanceOptions, binanceProblems } from './settings.ts';

export const binance = defineSource({
  name: 'binance',
  summary: 'Bars of Binance, live and since any date; public, no key.',
  feeds: { prices: ['bars-binance'] },
  live: { secrets: [], endless: false, check: checkBinance },
  options: binanceOptions,
  examples: [
    'cryptopipe produce prices --source binance --coin btc,eth',
    'cryptopipe produce prices --source binance --coin btc --since 2024-01-01 --once',
  ],
  fills: () => QUOTE_PLACEHOLDERS,
  check: binanceProblems,
  read: ({ topic = 'bars-binance', ...settings }, context) => readBinance({ ...settings, topic }, context),
});
