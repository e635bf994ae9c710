import { integer, toggle } from '../../core/option.ts';
import { span } from '../../core/span-options.ts';
import { HOUR } from '../../core/util/time.ts';
import { topicsOf } from '../../market/catalog/feeds.ts';
import { defineSink } from '../sink.ts';
import { connect } from './client/connection.ts';
import { collectionsOf, templateErrorsFor } from './collections.ts';
import { mongoOptions } from './options.ts';
import { purgeMongo } from './purge.ts';
import { openWriter } from './writer.ts';

export const mongo = defineSink({
  name: 'mongo',
  summary: 'Write documents to MongoDB, the newest revision of each once.',
  topics: topicsOf('tweets-processed'),
  options: {
    ...mongoOptions,
    noIndexes: toggle('--no-indexes', 'Create no indexes (by time; by coin or tag; by author of a post).'),
    timeSeries: toggle(
      '--time-series',
      'Store prices in time-series collections (MongoDB 5.0). They have no upserts: existing prices are skipped, but two processes that write one at the same time may duplicate it.',
    ),
    batch: integer('--batch', '<documents>', 'Documents per batch.', 1000, { min: 1, max: 100_000 }),
    batchEvery: span('--batch-every', 'Write at least this often.', 1000, {
      min: 10,
      max: HOUR,
    }),
  },
  examples: [
    'cryptopipe sink mongo --url mongodb://localhost:27017 --once',
    "cryptopipe sink mongo --topics prices,candles --db market --collection '{topic}_{coin}'",
  ],
  checkTopic: ({ timeSeries, collection }, dataset, topic) => [
    ...(timeSeries && dataset.name !== 'prices'
      ? [
          `--time-series: topic '${topic}' has no prices; name topics of prices with --topics, or leave it out`,
        ]
      : []),
    ...templateErrorsFor(collection, dataset, topic),
  ],
  async open(settings, context) {
    const { dataset, topic } = context;
    const collections = collectionsOf(settings.collection, dataset, topic);
    return openWriter(await connect(settings, context), collections, settings, context);
  },
  purgeOptions: mongoOptions,
  keepsTopicsApart: true,
  async purge(settings, { ids, authors }, context) {
    return { documents: await purgeMongo(settings, { ids: [...ids], authors: [...authors] }, context) };
  },
});
