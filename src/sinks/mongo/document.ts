import type { Document, Double, Long } from 'mongodb';
import { InvalidRecord, type StoredRecord } from '../../core/stream/record.ts';
import { parseExactObject } from '../../core/util/json.ts';
import type { Column } from '../../market/catalog/columns.ts';
import { type Dataset, isOfPosts } from '../../market/catalog/datasets.ts';
import { REJECTS } from '../../market/catalog/topics.ts';
import { cellReader } from '../cells.ts';
import { appendRank, type Revision } from './revision.ts';

/** A record as a MongoDB document. */
export interface RevisedDocument {
  readonly id: string;
  readonly rev: Revision;
  /** With `_id` and the fields of its revision. */
  readonly doc: Document;
}

/** The parts of the driver's BSON in use: number types that JavaScript lacks, and the size of a document. */
export interface Bson {
  readonly calculateObjectSize: (doc: Document) => number;
  readonly Double: new (value: number) => Double;
  readonly Long: { fromNumber(value: number): Long };
}

/** Datasets whose records are never merged by key: late and rejected records have the key of the original record. */
const UNKEYED = ['late', REJECTS];

const SMALLEST_INT = -(2 ** 31);
const LARGEST_INT = 2 ** 31 - 1;
const fitsInt = (value: number): boolean =>
  Number.isInteger(value) && value >= SMALLEST_INT && value <= LARGEST_INT;

/** MongoDB's limit minus the driver's envelope. No JSON text becomes BSON 16 times as long, so shorter ones need no check. */
const MAX_DOCUMENT_BYTES = 16 * 2 ** 20 - 1024;
const CHECK_SIZE_FROM = 2 ** 20;

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

/** Throws InvalidRecord for a whole number too large for MongoDB's long; a smaller bigint becomes a long. */
function checkLongs(value: unknown, name: string): void {
  if (typeof value === 'bigint' && (value > LARGEST_LONG || value < -LARGEST_LONG - 1n))
    throw new InvalidRecord(
      `${name}: ${value} does not fit in 64 bits, and MongoDB would round it; send it as text`,
    );
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) for (const part of value) checkLongs(part, name);
  else for (const part of Object.values(value)) checkLongs(part, name);
}

/**
 * `_id` is the record's key (for a post, its id). Records without a key, and late and rejected ones, use topic, partition
 * and offset. A recreated topic has another `identity`, so that its offsets are not compared with the old ones.
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
    const time = appendRank(record);
    const key = UNKEYED.includes(dataset.name) ? null : (record.key ?? (isPost ? row?.id : null));
    const id = typeof key === 'string' && key !== '' ? key : `${topic}/${partition}/${time}`;
    const rank = counted && typeof row?.revision === 'number' ? row.revision : time;
    return { id, rev: { rank, place: `${name}/${partition}`, offset: record.offset } };
  };
}

/** Reads records; throws InvalidRecord when the value is not a JSON object or a column has another type. */
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
    // Our own fields win over the record's fields of the same names. Comparing first costs nothing when there are none.
    if (doc._id !== id) doc._id = id;
    if (doc._rev !== _rev) doc._rev = _rev;
    if (doc._place !== _place) doc._place = _place;
    if (doc._offset !== _offset) doc._offset = _offset;
    for (const { name, convert } of columns) {
      const value = doc[name];
      if (value !== undefined && value !== null) doc[name] = convert(value);
    }
    for (const name in doc) checkLongs(doc[name], name);
    if (record.value!.length > CHECK_SIZE_FROM && bson.calculateObjectSize(doc) > MAX_DOCUMENT_BYTES)
      throw new InvalidRecord('BSONObjectTooLarge: the document is larger than 16 MB, which MongoDB refuses');
    return { id, rev, doc };
  };
}
