import type { AnyBulkWriteOperation, Collection, Document, MongoBulkWriteError } from 'mongodb';
import { isAboutDocuments, isTransientCode } from './client/errors.ts';

/** Documents have texts as ids. */
export interface MongoDocument extends Document {
  _id: string;
}

export type Write = AnyBulkWriteOperation<MongoDocument>;

/** What the server, or the driver before it, would not write. */
export interface WriteError {
  /** Index among the writes. */
  readonly index: number;
  readonly code: number | undefined;
  readonly reason: string;
}

/**
 * Writes in one unordered bulk; answers what was refused, the others are written. Throws what concerns all of them.
 * Some servers end a bulk at its first error and do not say which write it was: when fewer are accounted for than were
 * sent, each half is sent by itself. So writes must be such that doing them again changes nothing.
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

/** Undefined when it is not known which writes were refused. Throws an error that is about none of them. */
function refusalsIn(error: unknown, sent: number): WriteError[] | undefined {
  const { result, writeErrors } = error as Partial<MongoBulkWriteError>;
  const told = writeErrors === undefined ? [] : [writeErrors].flat();
  if (told.length === 0) {
    if (isAboutDocuments(error)) return undefined;
    throw error;
  }
  const passing = told.find(({ code }) => isTransientCode(code));
  if (passing) throw Object.assign(new Error(passing.errmsg), { code: passing.code });
  const concern = result?.getWriteConcernError();
  if (concern) throw Object.assign(new Error(concern.errmsg), { code: concern.code });
  const done = (result?.matchedCount ?? 0) + (result?.upsertedCount ?? 0) + (result?.insertedCount ?? 0);
  if (sent > 1 && done + told.length < sent) return undefined;
  return told.map(({ index, code, errmsg }) => ({
    index,
    code,
    reason: `MongoDB refuses it (${code}): ${errmsg}`,
  }));
}
