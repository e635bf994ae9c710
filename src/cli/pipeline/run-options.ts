import { choice, toggle } from '../../core/option.ts';
import { app, close, commitEvery, maxAhead, stageOptions } from '../args/common-options.ts';
import { hidePage, pageOptions, showPage } from '../page/page-options.ts';
import { workers } from '../process/worker-threads.ts';
import { processOption, renameOptions } from './processor-options.ts';
import { sinkNames, sinkOptions } from './sink-options.ts';
import { sourceOptions } from './sources/options.ts';

/** Options of `run`, apart from those of its components. */
export const runOptions = {
  sample: toggle('--sample', 'Run two days of sample data into a lake, all under .cryptopipe/sample.'),
  ...sourceOptions,
  process: processOption,
  ...renameOptions,
  sink: choice('--sink', sinkNames, 'Sink to write to.', 'file'),
  ...sinkOptions,
  app,
  close,
  commitEvery,
  maxAhead,
  workers,
  page: showPage,
  noPage: hidePage,
  ...pageOptions,
  ...stageOptions,
};
