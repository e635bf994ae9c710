import type { Collection } from 'mongodb';
import { inParallel } from '../in-parallel.ts';
import { type MongoDocument, type Write, writeBulk } from './bulk.ts';
import type { RevisedDocument } from './document.ts';
import { isNewer, isSame, newerThan, revisionIn } from './revision.ts';

const DUPLICATE_KEY = 11000;

const insertOf = ({ doc }: RevisedDocument): Write => ({ insertOne: { document: doc as MongoDocument } });

/** Replaces an older document. If a newer one exists, the upsert becomes an insert and fails on the `_id` index. */
const upsertOf = ({ id, rev, doc }: RevisedDocument): Write => ({
  replaceOne: { filter: { _id: id, $nor: [newerThan(rev)] }, replacement: doc, upsert: true },
});

export interface WriteResult {
  /** Documents that were already stored in a newer revision. */
  readonly superseded: number;
  readonly refused: readonly { readonly kept: RevisedDocument; readonly reason: string }[];
}

/** Concurrent lookups by `_id`. */
const LOOKUPS = 8;

/**
 * Writes documents with distinct ids; the newest revision of each wins, whoever else writes. Inserts all of them first,
 * which is fastest for new documents. Those whose id exists (error 11000) replace older revisions. Documents refused again
 * are looked up: a newer one stays; otherwise another process inserted meanwhile, and they are tried once more.
 */
export async function upsert(
  collection: Collection<MongoDocument>,
  all: readonly RevisedDocument[],
): Promise<WriteResult> {
  const refused: { kept: RevisedDocument; reason: string }[] = [];
  let superseded = 0;
  /** Documents that violated a unique index, with the server's message. */
  const duplicatesOf = async (tried: readonly RevisedDocument[], write: (kept: RevisedDocument) => Write) => {
    const duplicates = new Map<RevisedDocument, string>();
    for (const { index, code, reason } of await writeBulk(collection, tried.map(write))) {
      if (code === DUPLICATE_KEY) duplicates.set(tried[index]!, reason);
      else refused.push({ kept: tried[index]!, reason });
    }
    return duplicates;
  };
  /** Documents whose revision, or a newer one, is not in the collection yet. */
  const remaining = async (duplicates: ReadonlyMap<RevisedDocument, string>) => {
    const left: RevisedDocument[] = [];
    await inParallel(duplicates.keys(), LOOKUPS, async (kept) => {
      const projection = { _rev: 1, _place: 1, _offset: 1 };
      const found = revisionIn(await collection.findOne({ _id: kept.id }, { projection }));
      if (isNewer(found, kept.rev)) superseded++;
      else if (!isSame(found, kept.rev)) left.push(kept);
    });
    return left;
  };
  let left: readonly RevisedDocument[] = [...(await duplicatesOf(all, insertOf)).keys()];
  // A second 11000 comes from another unique index.
  for (let tries = 0; left.length > 0; tries++) {
    const duplicates = await duplicatesOf(left, upsertOf);
    left = await remaining(duplicates);
    if (tries === 0) continue;
    refused.push(...left.map((kept) => ({ kept, reason: duplicates.get(kept)! })));
    break;
  }
  return { superseded, refused };
}
