import { coinmarketcap } from './coinmarketcap/coinmarketcap.ts';
import { file } from './file/file.ts';
import { sample } from './sample/sample.ts';
import type { Source } from './source.ts';
import { wallex } from './wallex/wallex.ts';
import { x } from './x/x.ts';

/** Every source by its name. */
export const sources = { x, coinmarketcap, wallex, file, sample } satisfies Readonly<
  Record<string, Pick<Source, 'name' | 'summary' | 'feeds'>>
>;
