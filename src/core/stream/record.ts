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
}

/** Consecutive records of one partition. `next` is the offset to read next; compaction leaves holes, also at the end. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly StoredRecord[];
  readonly next: number;
}

/** A record to append to a topic. */
export interface NewRecord {
  readonly topic: string;
  /** Its hash picks the partition (a coin, a post id); null: every partition gets the record. */
  readonly partitionKey: string | null;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Headers;
}

/** Thrown for a record that cannot be used. The record goes to `rejects` with this reason; the stage continues. */
export class InvalidRecord extends Error {
  override readonly name = 'InvalidRecord';
}

export const NO_HEADERS: Headers = Object.freeze({});
