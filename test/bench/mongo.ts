import { MongoClient } from 'mongodb';
import { openLocalLog } from '../../src/log/local/open.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { mongo } from '../../src/sinks/mongo/mongo.ts';
import { sinking, wholly } from './kit.ts';
import { type Measured, measure } from './measure.ts';
import { benchPrices } from './prices.ts';

/** Documents of a bulk, here and in the sink. */
const BATCH = 1000;

/** The driver by itself, as its documentation has it: unordered bulks of replaceOne by `_id` with upsert, no guard. */
async function rawUpserts(url: string, count: number): Promise<Measured> {
  const client = await new MongoClient(url, { writeConcern: { w: 'majority' } }).connect();
  const collection = client.db('floor').collection<{ _id: string }>('prices');
  await collection.createIndexes([{ key: { time: 1 } }, { key: { coin: 1, time: 1 } }]);
  const measured = await measure('', async () => {
    let bulk: Parameters<typeof collection.bulkWrite>[0][number][] = [];
    for (const { key, value } of benchPrices(count)) {
      const { time, ...row } = JSON.parse(value!) as { time: string };
      const replacement = { ...row, time: new Date(time) };
      bulk.push({ replaceOne: { filter: { _id: key! }, replacement, upsert: true } });
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
    wholly(sinking(log, mongo, 'prices', { url, db: 'bench', batch: BATCH })),
  );
  await log.close();
  return measured;
}

/** The stages by name, each in a process of its own; `place` is `mongodb://host:port DIR`, a server and the folder of a bus. */
export const MONGO_STAGES: Record<string, (place: string, count: number) => Promise<Measured>> = {
  'mongo: bulkWrite alone': (place, count) => rawUpserts(place.split(' ')[0]!, count),
  'mongo: sink': (place) => {
    const [url, dir] = place.split(' ');
    return sinkAlone(url!, dir!);
  },
};
