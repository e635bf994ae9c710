import type { Collection } from 'mongodb';
import { UserError } from '../../core/errors.ts';
import { type MongoDocument, writeBulk } from './bulk.ts';
import type { Connection } from './client/connection.ts';
import type { RevisedDocument } from './document.ts';
import type { WriteResult } from './upsert.ts';

const NAMESPACE_EXISTS = 48;

/** What one series is of; the server keeps its measurements together. */
const pairOf = ({ doc }: RevisedDocument): string => `${doc.coin}/${doc.quote}`;

/** Makes a time-series collection unless it is there. Throws Problem where it is of another kind, or the server has none. */
export async function ensureTimeSeries(
  { db, address, withRetry: patiently }: Connection,
  name: string,
): Promise<void> {
  const { shown, redact: hush } = address;
  const there = await patiently(async () => {
    try {
      await db.createCollection(name, { timeseries: { timeField: 'time', metaField: 'pair' } });
      return true;
    } catch (error) {
      const { code, message, name: kind } = error as Error & { code?: number };
      if (code === NAMESPACE_EXISTS) return false;
      if (kind !== 'MongoServerError' || code === 13) throw error;
      throw new UserError(
        'failed',
        `${shown}: the server makes no time-series collection: ${hush(message)}`,
        'Use MongoDB 5.0 or newer, or leave --time-series out.',
        false,
        { cause: error },
      );
    }
  });
  if (there) return;
  const [found] = await patiently(() => db.listCollections({ name }).toArray());
  if (found?.type !== 'timeseries')
    throw new UserError(
      'usage',
      `${shown}: the collection '${name}' is there already and is no time series`,
      'Name another one with --collection, or leave --time-series out.',
    );
}

/** Inserts what is not there yet: such a collection has no unique index and no upserts, so two writers may double a price. */
export async function insertNew(
  collection: Collection<MongoDocument>,
  all: readonly RevisedDocument[],
): Promise<WriteResult> {
  const times = all.map(({ doc }) => Number(doc.time)).filter(Number.isFinite);
  const first = times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const last = times.reduce((a, b) => Math.max(a, b), 0);
  const there = new Set<string>();
  const ids = all.map(({ id }) => id);
  const within = { $gte: new Date(Math.min(first, last)), $lte: new Date(last) };
  const found = collection.find({ time: within, _id: { $in: ids } }, { projection: { _id: 1 } });
  for await (const { _id } of found) there.add(_id);
  const fresh = all.filter(({ id }) => !there.has(id));
  const refusals = await writeBulk(
    collection,
    fresh.map((kept) => ({ insertOne: { document: { ...kept.doc, _id: kept.id, pair: pairOf(kept) } } })),
  );
  return {
    superseded: there.size,
    refused: refusals.map(({ index, reason }) => ({ kept: fresh[index]!, reason })),
  };
}
