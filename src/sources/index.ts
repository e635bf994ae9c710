import { binance } from './binance/binance.ts';
import { bluesky } from './bluesky/bluesky.ts';
import { coinbase } from './coinbase/coinbase.ts';
import { coingecko } from './coingecko/coingecko.ts';
import { coinmarketcap } from './coinmarketcap/coinmarketcap.ts';
import { file } from './file/file.ts';
import { kraken } from './kraken/kraken.ts';
import { nostr } from './nostr/nostr.ts';
import { sample } from './sample/sample.ts';
import type { Source } from './source.ts';
import { wallex } from './wallex/wallex.ts';
import { x } from './x/x.ts';

/** Every source by its name. */
export const sources = {
  x,
  bluesky,
  nostr,
  coinmarketcap,
  wallex,
  binance,
  coinbase,
  kraken,
  coingecko,
  file,
  sample,
} satisfies Readonly<Record<string, Pick<Source, 'name' | 'summary' | 'feeds'>>>;
