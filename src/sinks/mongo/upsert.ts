import type { Collection } from 'mongodb';
import { inParallel } from '../in-parallel.ts';
import { type MongoDocument, type Write, writeBulk } from './bulk.ts';
import type { RevisedDocument } from './document.ts';
import { isNewer, isSame, newerThan, revisionIn } from './revision.ts';

const DUPLICATE_KEY = 11000;

const insertOf = ({ doc }: RevisedDocument): Write => ({ insertOne: { document: doc as MongoDocument } });

/** Replaces what is not newer; where something newer is, the insert that it becomes breaks the index of `_id`. */
const upsertOf = ({ id, rev, doc }: RevisedDocument): Write => ({
  replaceOne: { filter: { _id: id, $nor: [newerThan(rev)] }, replacement: doc, upsert: true },
});

export interface WriteResult {
  /** Those of which something newer was there. */
  readonly superseded: number;
  readonly refused: readonly { readonly kept: RevisedDocument; readonly reason: string }[];
}

/** Lookups by `_id` under way at once. */
const LOOKUPS = 8;

/**
 * Writes documents with different ids; of each the newest revision stays, whoever else writes. First all are inserted,
 * which is quickest for what is new. Those whose id is there (error 11000) replace what is not newer. What is refused
 * then is looked up: a newer one stays; else somebody inserted meanwhile, and it is tried once more.
 */
export async function upsert(
  collection: Collection<MongoDocument>,
  all: readonly RevisedDocument[],
): Promise<WriteResult> {
  const refused: { kept: RevisedDocument; reason: string }[] = [];
  let superseded = 0;
  /** Those that broke a unique index, by what the server said. */
  const duplicatesOf = async (tried: readonly RevisedDocument[], write: (kept: RevisedDocument) => Write) => {
    const duplicates = new Map<RevisedDocument, string>();
    for (const { index, code, reason } of await writeBulk(collection, tried.map(write))) {
      if (code === DUPLICATE_KEY) duplicates.set(tried[index]!, reason);
      else refused.push({ kept: tried[index]!, reason });
    }
    return duplicates;
  };
  /** Those that are still to be written; the others have their revision, or a newer one, in the collection. */
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
  // 11000 the second time is another unique index's.
  for (let tries = 0; left.length > 0; tries++) {
    const duplicates = await duplicatesOf(left, upsertOf);
    left = await remaining(duplicates);
    if (tries === 0) continue;
    refused.push(...left.map((kept) => ({ kept, reason: duplicates.get(kept)! })));
    break;
  }
  return { superseded, refused };
}
