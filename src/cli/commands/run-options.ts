import { choice, toggle } from '../../core/option.ts';
import { app, close, commitEvery, maxAhead, staged } from '../args/common-options.ts';
import { sourceOptions } from '../pipeline/sources/options.ts';
import { renameOptions } from './process.ts';
import { sinkNames, sinkOptions } from './sink.ts';

/** Flags of `run`, besides those of the components. */
export const runOptions = {
  sample: toggle(
    '--sample',
    'Two days of sample data from an empty bus to a lake, below .cryptopipe/sample.',
  ),
  ...sourceOptions,
  ...renameOptions,
  sink: choice('--sink', sinkNames, 'Where it lands.', 'file'),
  ...sinkOptions,
  app,
  close,
  commitEvery,
  maxAhead,
  ...staged,
};
