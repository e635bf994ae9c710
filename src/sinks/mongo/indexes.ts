import type { Collection, IndexDescription } from 'mongodb';
import type { Dataset } from '../../market/catalog/datasets.ts';
import type { MongoDocument } from './bulk.ts';

/** Another process created an index with the same keys or name meanwhile; it serves as well. */
const ALREADY_EXISTS = new Set<unknown>([85, 86]);
const NO_COLLECTION = 26;

/** By time; by subject and time where subjects share a collection; by author, for `purge`. */
export function indexesFor({ columns, timeColumn }: Dataset, byCoin: boolean): IndexDescription[] {
  const has = (column: string) => columns.some(({ name }) => name === column);
  const subject = ['tag', 'coin', 'base', 'topic'].find(has);
  const keys: IndexDescription['key'][] = [];
  if (timeColumn) keys.push({ [timeColumn]: 1 });
  if (subject && !byCoin) keys.push(timeColumn ? { [subject]: 1, [timeColumn]: 1 } : { [subject]: 1 });
  if (has('author_id')) keys.push({ author_id: 1 });
  return keys.map((key) => ({ key }));
}

/** Creates missing indexes only: FerretDB drops the connection when asked for an existing one. */
export async function ensureIndexes(
  collection: Collection<MongoDocument>,
  indexes: IndexDescription[],
): Promise<void> {
  const there = new Set((await existing(collection)).map(({ key }) => JSON.stringify(key)));
  const missing = indexes.filter(({ key }) => !there.has(JSON.stringify(key)));
  if (missing.length === 0) return;
  try {
    await collection.createIndexes(missing);
  } catch (error) {
    if (!ALREADY_EXISTS.has((error as { code?: unknown }).code)) throw error;
  }
}

async function existing(
  collection: Collection<MongoDocument>,
): Promise<readonly { readonly key: unknown }[]> {
  try {
    return await collection.indexes();
  } catch (error) {
    if ((error as { code?: unknown }).code === NO_COLLECTION) return [];
    throw error;
  }
}
