/** Record headers, as in Kafka: `schema`, `source`, `received_at` ... */
export type Headers = Readonly<Record<string, string>>;

/** A record in a partition. `value` is JSON text, stored as UTF-8; null is a tombstone. */
export interface StoredRecord {
  readonly offset: number;
  /** Append time, epoch milliseconds. The event time is in the value. */
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Headers;
  /** The bytes of the value, if they were asked for; `value` then decodes them at each use. */
  readonly encoded?: EncodedText;
}

/** Bytes with Node's methods for texts, which a Buffer has. */
export interface TextBytes extends Uint8Array {
  latin1Slice(from: number, end: number): string;
  utf8Slice(from: number, end: number): string;
}

/** A text in UTF-8, among other bytes. */
export interface EncodedText {
  readonly buffer: TextBytes;
  readonly from: number;
  readonly end: number;
}

/** A value as bytes. */
export interface EncodedValue extends EncodedText {
  /** Characters of its text. */
  readonly length: number;
}

/** Consecutive records of one partition. `next` is the offset to read next; compaction leaves holes, also at the end. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly StoredRecord[];
  readonly next: number;
}

/** A batch in a log's own form, which any thread can decode. */
export interface EncodedBatch {
  readonly topic: string;
  readonly partition: number;
  /** The offset of the first record in `bytes`, and the first offset to take; it has at least one. */
  readonly base: number;
  readonly from: number;
  readonly next: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Gives the records of an encoded batch, with their values as bytes if `asBytes`. Throws UserError `damaged`. */
export type DecodeBatch = (batch: EncodedBatch, asBytes?: boolean) => Batch;

/** A record to append to a topic. */
export interface NewRecord {
  readonly topic: string;
  /** Its hash picks the partition (a coin, a post id); null: every partition gets the record. */
  readonly partitionKey: string | null;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Headers;
  /** The bytes of the value, for a log that takes bytes; `value` then decodes them at each use. */
  readonly bytes?: EncodedValue;
}

/** Thrown for a record that cannot be used. The record goes to `rejects` with this reason; the stage continues. */
export class InvalidRecord extends Error {
  override readonly name = 'InvalidRecord';
}

export const NO_HEADERS: Headers = Object.freeze({});
