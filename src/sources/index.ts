import { coinmarketcap } from './coinmarketcap/coinmarketcap.ts';
import { file } from './file/file.ts';
import { sample } from './sample.ts';
import type { Source } from './source.ts';
import { wallex } from './wallex/wallex.ts';

/** Every source by its name. */
export const sources = { file, sample, coinmarketcap, wallex } satisfies Readonly<
  Record<string, Pick<Source, 'name' | 'summary' | 'kinds' | 'lagMs'>>
>;
