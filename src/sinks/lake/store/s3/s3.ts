import type { Dataset } from '../../../../market/catalog/datasets.ts';
import { LAKE_TOPICS } from '../../../../market/catalog/feeds.ts';
import { defineSink } from '../../../sink.ts';
import { rotationOptions } from '../../buffer/rotation.ts';
import { openLake } from '../../lake.ts';
import { applyLayout, layoutErrors, layoutErrorsFor, layoutOptions } from '../../layout.ts';
import { purgeLake } from '../../purge/purge.ts';
import { storedTables } from '../../read/stored-table.ts';
import { rescoreLake } from '../../rescore/rescore.ts';
import { openBucket } from './bucket.ts';
import { requireConditionalWrites } from './conditional-writes.ts';
import { bucketOptions, s3Options } from './options.ts';
import { s3Store } from './s3-store.ts';

const below = (prefix: string, { name }: Pick<Dataset, 'name'>): string =>
  prefix === '' ? name : `${prefix}/${name}`;

export const s3 = defineSink({
  name: 's3',
  summary: 'Write Delta tables (Parquet) to a bucket of S3, MinIO or similar, each record once.',
  topics: LAKE_TOPICS,
  options: { ...s3Options, ...rotationOptions, ...layoutOptions },
  examples: [
    'cryptopipe sink s3 --url s3://lake-house/crypto --endpoint http://localhost:9000 --once',
    'cryptopipe sink s3 --url s3://lake-house/crypto --region eu-west-1 --every 10m',
  ],
  check: (settings) => [
    ...(settings.url === undefined ? ['--url is missing: write s3://BUCKET/PREFIX'] : []),
    ...layoutErrors(settings),
  ],
  checkTopic: (settings, dataset) => layoutErrorsFor(dataset, settings),
  async open(settings, context, host) {
    const dataset = applyLayout(context.dataset, settings);
    const { prefix } = settings.url!;
    const bucket = await openBucket(settings, context);
    if (settings.table === 'delta') await requireConditionalWrites(s3Store(bucket, prefix));
    return openLake(s3Store(bucket, below(prefix, dataset)), settings, { ...context, dataset }, host);
  },
  tableOptions: bucketOptions,
  async tables(settings, context) {
    const bucket = await openBucket(settings, context);
    const { prefix } = settings.url!;
    return storedTables((name) => s3Store(bucket, below(prefix, { name })), undefined);
  },
  async rescore(settings, model, context) {
    const bucket = await openBucket(settings, context);
    const { prefix } = settings.url!;
    return rescoreLake((name) => s3Store(bucket, below(prefix, { name })), model, context);
  },
  purgeOptions: { ...bucketOptions, table: layoutOptions.table },
  async purge(settings, selection, context) {
    const bucket = await openBucket(settings, context);
    const store = s3Store(bucket, below(settings.url!.prefix, context.dataset));
    return purgeLake(store, settings.table, selection, context);
  },
});
