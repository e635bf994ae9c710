import { type AnyBulkWriteOperation, MongoClient } from 'mongodb';
import { openLocalLog } from '../../src/log/local/open.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { mongo } from '../../src/sinks/mongo/mongo.ts';
import { benchSink, runToEnd } from './kit.ts';
import { type Measured, measure } from './measure.ts';
import { benchPrices } from './prices.ts';

/** Documents per bulk write, here and in the sink. */
const BATCH = 1000;

interface Price {
  readonly _id: string;
}
type Write = AnyBulkWriteOperation<Price>;

/** As in its documentation: replaceOne by `_id` with upsert, without a guard. */
const upsertOf = ({ _id, ...replacement }: Price): Write => ({
  replaceOne: { filter: { _id }, replacement, upsert: true },
});
/** The sink's first bulk write. */
const insertOf = (document: Price): Write => ({ insertOne: { document } });

/** The driver alone: unordered bulk writes into an empty collection. */
async function raw(url: string, count: number, name: string, write: (price: Price) => Write) {
  const client = await new MongoClient(url, { writeConcern: { w: 'majority' } }).connect();
  const collection = client.db('floor').collection<Price>(name);
  await collection.createIndexes([{ key: { time: 1 } }, { key: { coin: 1, time: 1 } }]);
  const measured = await measure('', async () => {
    let bulk: Write[] = [];
    for (const { key, value } of benchPrices(count)) {
      const { time, ...row } = JSON.parse(value!) as { time: string };
      bulk.push(write({ _id: key!, ...row, time: new Date(time) } as Price));
      if (bulk.length < BATCH) continue;
      await collection.bulkWrite(bulk, { ordered: false });
      bulk = [];
    }
    if (bulk.length > 0) await collection.bulkWrite(bulk, { ordered: false });
    return count;
  });
  await client.close();
  return measured;
}

/** Topic `prices` of the bus in `dir`, filled before, into database `bench`. */
async function sinkAlone(url: string, dir: string): Promise<Measured> {
  const log = await openLocalLog(dir, systemClock);
  const measured = await measure('', () =>
    runToEnd(benchSink(log, mongo, 'prices', { url, db: 'bench', batch: BATCH })),
  );
  await log.close();
  return measured;
}

/** The stages by name, each in its own process; `place` is `mongodb://host:port DIR`, a server and the folder of a bus. */
export const MONGO_STAGES: Record<string, (place: string, count: number) => Promise<Measured>> = {
  'mongo: upserts alone': (place, count) => raw(place.split(' ')[0]!, count, 'upserts', upsertOf),
  'mongo: inserts alone': (place, count) => raw(place.split(' ')[0]!, count, 'inserts', insertOf),
  'mongo: sink': (place) => {
    const [url, dir] = place.split(' ');
    return sinkAlone(url!, dir!);
  },
};
