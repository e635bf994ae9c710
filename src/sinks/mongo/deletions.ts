import { UserError } from '../../core/errors.ts';
import { DAY, HOUR, type Millis } from '../../core/util/time.ts';
import type { Write } from './bulk.ts';
import type { Connection } from './client/connection.ts';
import { DELETIONS } from './collections.ts';
import type { RevisedDocument } from './document.ts';
import { isNewer, newerThan, type Revision, revisionFields, revisionIn } from './revision.ts';
import { upsert } from './upsert.ts';

/** A process that stood still for longer brings back what was deleted meanwhile. */
const KEPT_MS: Millis = DAY;
const FORGET_EVERY_MS: Millis = HOUR;

/** Deletes a document that is not newer than its deletion; those that are not ours have no `_rev`. */
export const deletionOf = (id: string, rev: Revision): Write => ({
  deleteOne: { filter: { _id: id, _rev: { $exists: true }, $nor: [newerThan(rev)] } },
});

/** What was deleted of one topic, for every process that writes it. */
export interface Deletions {
  /**
   * To be done before the documents are deleted: whoever writes an older one looks here afterwards, or has written it
   * before this delete.
   */
  record(deletions: ReadonlyMap<string, { readonly rev: Revision }>, now: Millis): Promise<void>;
  /** To be done after documents were written: deletes those that are older than their deletion; answers how many. */
  reapply(collection: string, written: readonly RevisedDocument[]): Promise<number>;
}

export function deletionsOf(
  { collection, withRetry: patiently, address }: Connection,
  topic: string,
): Deletions {
  const notes = collection(DELETIONS);
  const keyOf = (id: string): string => `${topic}/${id}`;
  let forgotten = Number.NEGATIVE_INFINITY;
  return {
    async record(deletions, now) {
      const all = [...deletions].map(([key, { rev }]): RevisedDocument => {
        const id = keyOf(key);
        return { id, rev, doc: { _id: id, ...revisionFields(rev), at: new Date(now) } };
      });
      const [left] = (await patiently(() => upsert(notes, all))).refused;
      if (left !== undefined)
        throw new UserError(
          'failed',
          `${address.shown}: a deletion cannot be noted in ${DELETIONS}: ${address.redact(left.reason)}`,
          'See what was done to that collection; it may be dropped, and is made again.',
        );
      if (now - forgotten < FORGET_EVERY_MS) return;
      await patiently(() => notes.deleteMany({ at: { $lt: new Date(now - KEPT_MS) } }));
      forgotten = now;
    },
    async reapply(name, written) {
      const _id = { $in: written.map(({ id }) => keyOf(id)) };
      const found = await patiently(() => notes.find({ _id }).toArray());
      if (found.length === 0) return 0;
      const revisions = new Map(found.map((note) => [note._id, revisionIn(note)]));
      const dead = written.filter(({ id, rev }) => isNewer(revisions.get(keyOf(id)), rev));
      const deletes = dead.map(({ id }) => deletionOf(id, revisions.get(keyOf(id))!));
      if (deletes.length === 0) return 0;
      const done = await patiently(() => collection(name).bulkWrite(deletes, { ordered: false }));
      return done.deletedCount;
    },
  };
}
