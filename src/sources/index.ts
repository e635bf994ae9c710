import { file } from './file/file.ts';
import { sample } from './sample.ts';
import type { Source } from './source.ts';
import { x } from './x/x.ts';

/** Every source by its name. */
export const sources = { file, sample, x } satisfies Readonly<
  Record<string, Pick<Source, 'name' | 'summary' | 'kinds' | 'lagMs'>>
>;
