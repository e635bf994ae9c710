import type { Document, Filter } from 'mongodb';
import type { StoredRecord } from '../../core/stream/record.ts';
import { formatTime } from '../../core/util/time.ts';
import type { MongoDocument } from './bulk.ts';

/**
 * Orders the versions of a document. Within one partition the offset decides, because clocks step back and differ between
 * hosts. Across partitions, a recreated topic or two buses, only the time can decide.
 */
export interface Revision {
  /** The column `revision` if the dataset has one, else append time and offset as sortable text. */
  readonly rank: number | string;
  /** Topic, its identity if the bus has one, and partition; offsets are compared only within one place. */
  readonly place: string;
  readonly offset: number;
}

/** The fields that store a document's revision. */
export interface RevisionFields {
  readonly _rev: number | string;
  readonly _place: string;
  readonly _offset: number;
}

export const revisionFields = ({ rank, place, offset }: Revision): RevisionFields => ({
  _rev: rank,
  _place: place,
  _offset: offset,
});

/** The revision of a stored document; undefined when this sink did not write it. */
export function revisionIn(doc: Document | null | undefined): Revision | undefined {
  const { _rev: rank, _place, _offset } = doc ?? {};
  if (typeof rank !== 'number' && typeof rank !== 'string') return undefined;
  return { rank, place: String(_place ?? ''), offset: Number(_offset ?? -1) };
}

/** Append time and offset as sortable text: 2026-03-02T10:15:22.000Z#000000000042. */
export const appendRank = ({ timestamp, offset }: StoredRecord): string =>
  `${formatTime(Math.max(0, timestamp))}#${String(offset).padStart(12, '0')}`;

/** Whether `a` is newer. A counted revision and a time can only be compared by their offsets in one place. */
export function isNewer(a: Revision | undefined, b: Revision): boolean {
  if (a === undefined) return false;
  if (typeof a.rank === 'number' && typeof b.rank === 'number') return a.rank > b.rank;
  if (a.place === b.place) return a.offset > b.offset;
  return typeof a.rank === typeof b.rank && a.rank > b.rank;
}

/** Whether both are the same record. */
export const isSame = (a: Revision | undefined, b: Revision): boolean =>
  a !== undefined && a.place === b.place && a.offset === b.offset;

/** A filter for documents newer than a revision: `isNewer` as a query. */
export function newerThan({ rank, place, offset }: Revision): Filter<MongoDocument> {
  const later = { _place: place, _offset: { $gt: offset } };
  const elsewhere = { _place: { $ne: place }, _rev: { $gt: rank } };
  if (typeof rank === 'string') return { $or: [later, elsewhere] };
  // MongoDB compares values of one type only: a text is never greater than a number.
  return { $or: [{ _rev: { $gt: rank } }, { ...later, _rev: { $type: 'string' } }] };
}
