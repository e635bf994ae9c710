import { openLocalLog } from '../../src/log/local/open.ts';
import type { Log } from '../../src/log/log.ts';
import { select } from '../../src/processors/select.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { inParallel } from '../../src/sinks/in-parallel.ts';
import { s3 } from '../../src/sinks/lake/store/s3/s3.ts';
import { s3Store } from '../../src/sinks/lake/store/s3/s3-store.ts';
import { openTestBucket, s3Settings } from '../services/minio/bucket.ts';
import { onKafka } from './kafka-stages.ts';
import { benchSink, fill, processing, runToEnd, tweetRecords } from './kit.ts';
import { type Measured, measure } from './measure.ts';

/** Where a stage works: the server, and the folder of a log or the address of a broker. */
const placed = (place: string): readonly [endpoint: string, bus: string] => {
  const [endpoint = '', bus = ''] = place.split(' ');
  return [endpoint, bus];
};

/** A separate table for each stage, so that earlier measurements have no effect. */
const runSink = (log: Log, topic: string, endpoint: string, prefix: string): Promise<Measured> =>
  measure('', () =>
    runToEnd(benchSink(log, s3, topic, { ...s3Settings(`s3://bench/${prefix}`, endpoint), partitionBy: [] })),
  );

async function fromLocal(place: string, use: (log: Log, endpoint: string) => Promise<Measured>) {
  const [endpoint, dir] = placed(place);
  const log = await openLocalLog(dir, systemClock);
  try {
    return await use(log, endpoint);
  } finally {
    await log.close();
  }
}

/** The stages by name, over MinIO; `place` is an endpoint and a bus. */
export const S3_STAGES: Record<string, (place: string, count: number) => Promise<Measured>> = {
  's3: prices': (place) => fromLocal(place, (log, endpoint) => runSink(log, 'prices', endpoint, 'local')),
  's3: posts (filling)': (place, count) =>
    fromLocal(place, async (log) => {
      await fill(log, tweetRecords(count));
      return measure('', () => runToEnd(processing(log, select)));
    }),
  's3: posts': (place) =>
    fromLocal(place, (log, endpoint) => runSink(log, 'tweets-processed', endpoint, 'local')),
  's3: prices from Kafka': (place) => {
    const [endpoint, bootstrap] = placed(place);
    return onKafka(bootstrap, (log) => runSink(log, 'prices', endpoint, 'kafka'));
  },
  /** Puts the files of the prices again, four at once; counted in rows. */
  's3: puts alone': async (place, count) => {
    const [endpoint] = placed(place);
    const bucket = await openTestBucket('s3://bench', endpoint);
    const bodies: Buffer[] = [];
    const table = s3Store(bucket, 'local/prices');
    for await (const { name, size } of table.walk())
      if (name.endsWith('.parquet')) bodies.push(Buffer.alloc(size, name));
    const store = s3Store(bucket, 'alone');
    return measure('', async () => {
      await inParallel(bodies.entries(), 4, ([i, body]) => store.put(`${i}`, [body]));
      return count;
    });
  },
};
