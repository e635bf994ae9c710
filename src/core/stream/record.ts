/** Small text facts beside a record, as Kafka's headers: `schema`, `source`, `received_at` ... */
export type Headers = Readonly<Record<string, string>>;

/** A record as a partition holds it. `value` is JSON text in UTF-16 memory, UTF-8 at rest; null is a tombstone. */
export interface StoredRecord {
  readonly offset: number;
  /** When it was appended, epoch milliseconds. Event time is in the value. */
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Headers;
}

/** Consecutive records of one partition. `next` is the offset after the last one (compaction leaves holes). */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly StoredRecord[];
  readonly next: number;
}

/** A record on its way to a topic. */
export interface NewRecord {
  readonly topic: string;
  /** The text whose hash picks the partition (a coin, a post id); null: every partition gets the record. */
  readonly by: string | null;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Headers;
}

/** Thrown for a record that cannot be used; it goes to `rejects` with this reason and the stage goes on. */
export class InvalidRecord extends Error {
  override readonly name = 'Unreadable';
}

export const NO_HEADERS: Headers = Object.freeze({});
