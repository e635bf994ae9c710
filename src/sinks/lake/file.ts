import { join } from 'node:path';
import { path } from '../../core/option.ts';
import { USE_SINK_S3 } from '../../core/text/local-path.ts';
import { LAKE_TOPICS } from '../../market/catalog/feeds.ts';
import { defineSink } from '../sink.ts';
import { rotationOptions } from './buffer/rotation.ts';
import { openLake } from './lake.ts';
import { applyLayout, layoutErrors, layoutErrorsFor, layoutOptions } from './layout.ts';
import { purgeLake } from './purge/purge.ts';
import { storedTables } from './read/stored-table.ts';
import { rescoreLake } from './rescore/rescore.ts';
import { requireFolder } from './store/folder-files.ts';
import { folderStore } from './store/folder-store.ts';

const dir = path('--dir', '<folder>', 'Folder of the lake, with one table per dataset.', 'lake', USE_SINK_S3);

export const file = defineSink({
  name: 'file',
  summary: 'Write Delta tables (Parquet) to a folder, each record once.',
  topics: LAKE_TOPICS,
  options: {
    dir,
    ...rotationOptions,
    ...layoutOptions,
  },
  examples: ['cryptopipe sink file --dir lake --once', 'cryptopipe sink file --topics candles --every 10s'],
  check: layoutErrors,
  checkTopic: (settings, dataset) => layoutErrorsFor(dataset, settings),
  async open(settings, context, host) {
    const dataset = applyLayout(context.dataset, settings);
    await requireFolder(settings.dir);
    return openLake(folderStore(join(settings.dir, dataset.name)), settings, { ...context, dataset }, host);
  },
  tableOptions: { dir },
  tables: ({ dir }) => storedTables((table) => folderStore(join(dir, table)), dir),
  rescore: ({ dir }, model, context) => rescoreLake((table) => folderStore(join(dir, table)), model, context),
  purgeOptions: { dir, table: layoutOptions.table },
  purge: (settings, selection, context) =>
    purgeLake(folderStore(join(settings.dir, context.dataset.name)), settings.table, selection, context),
});
