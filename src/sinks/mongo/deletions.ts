import { UserError } from '../../core/errors.ts';
import { DAY, HOUR, type Millis } from '../../core/util/time.ts';
import type { Write } from './bulk.ts';
import type { Connection } from './client/connection.ts';
import { DELETIONS } from './collections.ts';
import type { RevisedDocument } from './document.ts';
import { isNewer, newerThan, type Revision, revisionFields, revisionIn } from './revision.ts';
import { upsert } from './upsert.ts';

/** A process that was suspended for longer may write deleted documents again. */
const RETENTION_MS: Millis = DAY;
const CLEAN_EVERY_MS: Millis = HOUR;

/** Deletes a document unless it is newer than the deletion. Documents of other writers have no `_rev` and stay. */
export const deletionOf = (id: string, rev: Revision): Write => ({
  deleteOne: { filter: { _id: id, _rev: { $exists: true }, $nor: [newerThan(rev)] } },
});

/** Deletions of one topic, shared by all processes that write it. */
export interface Deletions {
  /**
   * Call before deleting the documents. A process that writes an older document either calls `reapply` afterwards, or
   * wrote it before the delete.
   */
  record(deletions: ReadonlyMap<string, { readonly rev: Revision }>, now: Millis): Promise<void>;
  /** Call after writing documents: deletes those older than their deletion and returns how many. */
  reapply(collection: string, written: readonly RevisedDocument[]): Promise<number>;
}

export function deletionsOf({ collection, withRetry, address }: Connection, topic: string): Deletions {
  const recorded = collection(DELETIONS);
  const keyOf = (id: string): string => `${topic}/${id}`;
  let cleanedAt = Number.NEGATIVE_INFINITY;
  return {
    async record(deletions, now) {
      const all = [...deletions].map(([key, { rev }]): RevisedDocument => {
        const id = keyOf(key);
        return { id, rev, doc: { _id: id, ...revisionFields(rev), at: new Date(now) } };
      });
      const [refused] = (await withRetry(() => upsert(recorded, all))).refused;
      if (refused !== undefined)
        throw new UserError(
          'failed',
          `${address.shown}: cannot record a deletion in ${DELETIONS}: ${address.redact(refused.reason)}`,
          'Check what was changed in that collection. You may drop it; it is created again.',
        );
      if (now - cleanedAt < CLEAN_EVERY_MS) return;
      await withRetry(() => recorded.deleteMany({ at: { $lt: new Date(now - RETENTION_MS) } }));
      cleanedAt = now;
    },
    async reapply(name, written) {
      const _id = { $in: written.map(({ id }) => keyOf(id)) };
      const found = await withRetry(() => recorded.find({ _id }).toArray());
      if (found.length === 0) return 0;
      const revisions = new Map(found.map((deletion) => [deletion._id, revisionIn(deletion)]));
      const stale = written.filter(({ id, rev }) => isNewer(revisions.get(keyOf(id)), rev));
      const deletes = stale.map(({ id }) => deletionOf(id, revisions.get(keyOf(id))!));
      if (deletes.length === 0) return 0;
      const done = await withRetry(() => collection(name).bulkWrite(deletes, { ordered: false }));
      return done.deletedCount;
    },
  };
}
