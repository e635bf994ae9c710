import { integer, list } from '../../core/option.ts';
import { span, timeOption } from '../../core/span-options.ts';
import { DAY, MINUTE } from '../../core/util/time.ts';
import { readCoin } from '../../market/text/coins.ts';

/** Lower-case symbols. */
export const coins = list(
  '--coin',
  '<list>',
  'Coins to follow, by symbol or name: btc,ethereum.',
  [],
  readCoin,
);

/** The period of every poller: a grid of the epoch, so that they are in step. */
export const every = span('--every', 'Time between polls, on a fixed grid.', MINUTE, {
  min: 100,
  max: DAY,
});

/** Where the history of a live source begins; undefined: no history. */
export const since = timeOption('--since', 'Read history from this time first: 2024-01-01.');

/** Upper-case symbols, for services that price coins in several currencies. */
export const currencies = list(
  '--convert',
  '<list>',
  'Currencies of the prices; each one after the first costs one more credit or call.',
  ['USD'],
  readCurrency,
);

function readCurrency(text: string): string {
  const symbol = text.toUpperCase();
  if (/^[A-Z0-9]{1,20}$/.test(symbol)) return symbol;
  throw new RangeError(`'${text}' is not a currency; write a symbol such as USD or USDT`);
}

/** 0: not set. */
export const top = {
  ...integer('--top', '<n>', 'Number of coins by rank, instead of --coin; 10 without either.', 0, {
    min: 1,
    max: 5000,
  }),
  fallbackText: '',
};
