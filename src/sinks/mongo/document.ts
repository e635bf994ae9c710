import type { Document, Double, Long } from 'mongodb';
import { InvalidRecord, type StoredRecord } from '../../core/stream/record.ts';
import { parseExactObject } from '../../core/util/json.ts';
import { type Column, type Dataset, isOfPosts } from '../../market/catalog/datasets.ts';
import { REJECTS } from '../../market/catalog/topics.ts';
import { cellReader } from '../cells.ts';
import { appended, type Revision } from './revision.ts';

/** A record as MongoDB keeps it. */
export interface RevisedDocument {
  readonly id: string;
  readonly rev: Revision;
  /** With `_id` and the fields of its revision. */
  readonly doc: Document;
}

/** What is needed of BSON, from the driver: number types that JavaScript lacks, and the bytes of a document. */
export interface Bson {
  readonly calculateObjectSize: (doc: Document) => number;
  readonly Double: new (value: number) => Double;
  readonly Long: { fromNumber(value: number): Long };
}

/** Records that are kept one by one, whatever their key: what was set aside has the key of the record it was. */
const UNKEYED = ['late', REJECTS];

const SMALLEST_INT = -(2 ** 31);
const LARGEST_INT = 2 ** 31 - 1;
const fitsInt = (value: number): boolean =>
  Number.isInteger(value) && value >= SMALLEST_INT && value <= LARGEST_INT;

/** MongoDB's limit, less what the driver puts around a document; no JSON text gives BSON 16 times as long. */
const LARGEST = 16 * 2 ** 20 - 1024;
const LOOK_AT = 2 ** 20;

type Convert = (value: unknown) => unknown;

/** Times become dates, whole numbers int or long, the others doubles always; a value of another type is refused. */
function converter(column: Column, { Double, Long }: Bson): Convert | undefined {
  if (column.type === 'json') return undefined;
  const read = cellReader(column);
  switch (column.type) {
    case 'time':
      return (value) => new Date(read(value) as number);
    case 'integer':
      return (value) => {
        const whole = read(value) as number;
        return fitsInt(whole) ? whole : Long.fromNumber(whole);
      };
    case 'number':
      return (value) => {
        const number = read(typeof value === 'bigint' ? Number(value) : value) as number;
        return fitsInt(number) ? new Double(number) : number;
      };
    default:
      return read;
  }
}

const LARGEST_LONG = 2n ** 63n - 1n;

/** Throws Unreadable for a whole number that MongoDB's long does not hold; a smaller bigint becomes a long. */
function checkLongs(value: unknown, name: string): void {
  if (typeof value === 'bigint' && (value > LARGEST_LONG || value < -LARGEST_LONG - 1n))
    throw new InvalidRecord(
      `${name}: ${value} is no whole number of 64 bits, and MongoDB would round it; send it as a text`,
    );
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) for (const part of value) checkLongs(part, name);
  else for (const part of Object.values(value)) checkLongs(part, name);
}

/**
 * `_id` is the record's key (a post's id, for a post); a record without one, or one that was set aside, has its place
 * instead. A topic that is deleted and made again has another `identity`, so its offsets are not compared with the old ones.
 */
export function identify(dataset: Dataset, topic: string, identity: string | undefined) {
  const name = identity === undefined ? topic : `${topic}@${identity}`;
  const isPost = isOfPosts(dataset);
  const counted = dataset.columns.some(({ name }) => name === 'revision');
  return (
    record: StoredRecord,
    partition: number,
    row: Document | undefined,
  ): { id: string; rev: Revision } => {
    const time = appended(record);
    const key = UNKEYED.includes(dataset.name) ? null : (record.key ?? (isPost ? row?.id : null));
    const id = typeof key === 'string' && key !== '' ? key : `${topic}/${partition}/${time}`;
    const rank = counted && typeof row?.revision === 'number' ? row.revision : time;
    return { id, rev: { rank, place: `${name}/${partition}`, offset: record.offset } };
  };
}

/** Reads records; throws Unreadable for one whose value is no JSON object or has a column of another type. */
export function documentReader(dataset: Dataset, topic: string, identity: string | undefined, bson: Bson) {
  const columns = dataset.columns.flatMap((column) => {
    const convert = converter(column, bson);
    return convert ? [{ name: column.name, convert }] : [];
  });
  const keyOf = identify(dataset, topic, identity);
  return (record: StoredRecord, partition: number): RevisedDocument => {
    const row: Document = parseExactObject(record.value!);
    const { id, rev } = keyOf(record, partition, row);
    const { rank: _rev, place: _place, offset: _offset } = rev;
    const doc: Document = { _id: id, _rev, _place, _offset, ...row };
    // Fields of these names that the record has do not count. Mostly there are none, and then this costs nothing.
    if (doc._id !== id) doc._id = id;
    if (doc._rev !== _rev) doc._rev = _rev;
    if (doc._place !== _place) doc._place = _place;
    if (doc._offset !== _offset) doc._offset = _offset;
    for (const { name, convert } of columns) {
      const value = doc[name];
      if (value !== undefined && value !== null) doc[name] = convert(value);
    }
    for (const name in doc) checkLongs(doc[name], name);
    if (record.value!.length > LOOK_AT && bson.calculateObjectSize(doc) > LARGEST)
      throw new InvalidRecord('BSONObjectTooLarge: the document is larger than 16 MB, which MongoDB refuses');
    return { id, rev, doc };
  };
}
