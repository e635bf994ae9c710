import type { AnyBulkWriteOperation, Collection, Document, MongoBulkWriteError } from 'mongodb';
import { isAboutDocuments, isTransientCode } from './client/mongo-errors.ts';

/** A document whose id is a text. */
export interface MongoDocument extends Document {
  _id: string;
}

export type Write = AnyBulkWriteOperation<MongoDocument>;

/** A write that the server, or the driver, refused. */
export interface WriteError {
  /** Index in the list of writes. */
  readonly index: number;
  readonly code: number | undefined;
  readonly reason: string;
}

/**
 * Sends one unordered bulk; returns the refused writes, all others are done. Throws errors that concern all of them.
 * Some servers stop a bulk at its first error without naming the write: when the result accounts for fewer writes than
 * were sent, each half is sent again by itself. Writes must therefore be idempotent.
 */
export async function writeBulk(
  collection: Collection<MongoDocument>,
  writes: readonly Write[],
): Promise<WriteError[]> {
  if (writes.length === 0) return [];
  try {
    await collection.bulkWrite([...writes], { ordered: false });
    return [];
  } catch (error) {
    const refusals = refusalsIn(error, writes.length);
    if (refusals !== undefined) return refusals;
    if (writes.length === 1) return [{ index: 0, code: undefined, reason: (error as Error).message }];
    const half = writes.length >> 1;
    const first = await writeBulk(collection, writes.slice(0, half));
    const second = await writeBulk(collection, writes.slice(half));
    return [...first, ...second.map((refusal) => ({ ...refusal, index: refusal.index + half }))];
  }
}

/** Undefined when the error does not tell which writes were refused. Rethrows errors that are not about documents. */
function refusalsIn(error: unknown, sent: number): WriteError[] | undefined {
  const { result, writeErrors } = error as Partial<MongoBulkWriteError>;
  const errors = writeErrors === undefined ? [] : [writeErrors].flat();
  if (errors.length === 0) {
    if (isAboutDocuments(error)) return undefined;
    throw error;
  }
  const transient = errors.find(({ code }) => isTransientCode(code));
  if (transient) throw Object.assign(new Error(transient.errmsg), { code: transient.code });
  const concern = result?.getWriteConcernError();
  if (concern) throw Object.assign(new Error(concern.errmsg), { code: concern.code });
  const done = (result?.matchedCount ?? 0) + (result?.upsertedCount ?? 0) + (result?.insertedCount ?? 0);
  if (sent > 1 && done + errors.length < sent) return undefined;
  return errors.map(({ index, code, errmsg }) => ({
    index,
    code,
    reason: `MongoDB refused it (${code}): ${errmsg}`,
  }));
}
