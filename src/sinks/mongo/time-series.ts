import type { Collection } from 'mongodb';
import { UserError } from '../../core/errors.ts';
import { type MongoDocument, writeBulk } from './bulk.ts';
import type { Connection } from './client/connection.ts';
import type { RevisedDocument } from './document.ts';
import type { WriteResult } from './upsert.ts';

const NAMESPACE_EXISTS = 48;

/** Identifies a series; the server stores its measurements together. */
const pairOf = ({ doc }: RevisedDocument): string => `${doc.coin}/${doc.quote}`;

/** Creates a time-series collection if missing. Throws UserError when the name has another kind or the server lacks them. */
export async function ensureTimeSeries({ db, address, withRetry }: Connection, name: string): Promise<void> {
  const { shown, redact } = address;
  const created = await withRetry(async () => {
    try {
      await db.createCollection(name, { timeseries: { timeField: 'time', metaField: 'pair' } });
      return true;
    } catch (error) {
      const { code, message, name: kind } = error as Error & { code?: number };
      if (code === NAMESPACE_EXISTS) return false;
      if (kind !== 'MongoServerError' || code === 13) throw error;
      throw new UserError(
        'failed',
        `${shown}: the server cannot create a time-series collection: ${redact(message)}`,
        'Use MongoDB 5.0 or newer, or omit --time-series.',
        false,
        { cause: error },
      );
    }
  });
  if (created) return;
  const [found] = await withRetry(() => db.listCollections({ name }).toArray());
  if (found?.type !== 'timeseries')
    throw new UserError(
      'usage',
      `${shown}: the collection '${name}' exists and is not a time series`,
      'Choose another one with --collection, or omit --time-series.',
    );
}

/** Inserts missing documents. Time series have no unique index and no upserts, so two writers may duplicate a price. */
export async function insertNew(
  collection: Collection<MongoDocument>,
  all: readonly RevisedDocument[],
): Promise<WriteResult> {
  const times = all.map(({ doc }) => Number(doc.time)).filter(Number.isFinite);
  const first = times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const last = times.reduce((a, b) => Math.max(a, b), 0);
  const existing = new Set<string>();
  const ids = all.map(({ id }) => id);
  const within = { $gte: new Date(Math.min(first, last)), $lte: new Date(last) };
  const found = collection.find({ time: within, _id: { $in: ids } }, { projection: { _id: 1 } });
  for await (const { _id } of found) existing.add(_id);
  const fresh = all.filter(({ id }) => !existing.has(id));
  const refusals = await writeBulk(
    collection,
    fresh.map((kept) => ({ insertOne: { document: { ...kept.doc, _id: kept.id, pair: pairOf(kept) } } })),
  );
  return {
    superseded: existing.size,
    refused: refusals.map(({ index, reason }) => ({ kept: fresh[index]!, reason })),
  };
}
