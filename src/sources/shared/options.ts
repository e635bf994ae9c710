import { list } from '../../core/option.ts';
import { span } from '../../core/span-options.ts';
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
