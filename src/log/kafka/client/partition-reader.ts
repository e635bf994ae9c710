import { UserError } from '../../../core/errors.ts';
import type { Batch } from '../../../core/stream/record.ts';
import type { Millis } from '../../../core/util/time.ts';
import { topicRecreatedError, unreadDeletedWarning } from '../../log.ts';
import type { Kafka } from '../kafka.ts';
import { fetchTopicId } from '../topic-admin.ts';
import { DamagedBatch } from '../wire/raw-batch.ts';
import { fetchRequest, readCommitted } from '../wire/requests/fetch.ts';
import { fetchByIdRequest } from '../wire/requests/fetch-by-id.ts';
import type { Connection } from './connection.ts';
import { errorType, isUnknownTopicId, throwIfError } from './kafka-errors.ts';
import { endOffset, startOffset } from './offsets.ts';

/** How long the broker delays a response while there are no new records. */
const POLL_MS: Millis = 2500;

/** Minimum size of a fetch response, in bytes. */
const LEAST_BYTES = 16 * 1024;

/**
 * Reads the committed records of one partition, one response ahead. At the end of the partition a fetch long-polls the
 * broker on the reader's own connection.
 */
export class PartitionReader {
  readonly #kafka: Kafka;
  readonly #connection: Connection;
  readonly #closed = new AbortController();
  readonly #subscribers = new Set<() => void>();
  /** Offsets: next to return, next to fetch, and the last known end of committed records. */
  #position: number;
  #fetched: number;
  #end = 0;
  #ready: Batch | undefined;
  /** Size of the batch in `#ready`, in bytes. */
  #readyBytes = 0;
  #poll: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #emptyFetches = 0;
  /** Wire bytes per byte of records in the last response; fetch sizes are chosen by their size in memory. */
  #compressionRatio = 1 / 8;

  constructor(
    kafka: Kafka,
    readonly topic: string,
    readonly partition: number,
    from: number,
    /** Prevents reading a recreated topic of the same name. Undefined for topics older than topic ids. */
    readonly topicId?: string,
  ) {
    this.#kafka = kafka;
    this.#connection = kafka.openConnection();
    kafka.readAhead.open();
    this.#position = from;
    this.#fetched = from;
  }

  get position(): number {
    return this.#position;
  }

  get hasBatch(): boolean {
    return this.#ready !== undefined || this.#failure !== undefined;
  }

  seek(offset: number): void {
    if (offset === this.#position) return;
    this.#position = offset;
    this.#fetched = offset;
    this.#keep(undefined, 0);
    this.#poll = undefined;
  }

  /** Sets an end offset observed elsewhere; `read` reports the end only after reaching it. */
  expectEnd(end: number): void {
    this.#end = Math.max(this.#end, end);
  }

  /** The next batch; undefined at the end or after `close`. Advances the position past aborted records and gaps too. */
  async read(): Promise<Batch | undefined> {
    for (let asked = this.#poll !== undefined; ; asked = true) {
      if (this.#failure !== undefined) throw this.#failure.error;
      const batch = this.#ready;
      if (batch !== undefined) {
        this.#keep(undefined, 0);
        this.#position = batch.next;
        if (this.#kafka.readAhead.hasRoom) this.#fetch(POLL_MS);
        return batch;
      }
      this.#position = this.#fetched;
      if (this.#closed.signal.aborted) return undefined;
      if (asked && this.#position >= this.#end) {
        this.#fetch(POLL_MS);
        return undefined;
      }
      await this.#fetch(0);
    }
  }

  /** Calls `wake` once a batch is available. Returns a function that unsubscribes. */
  onBatch(wake: () => void): () => void {
    this.#subscribers.add(wake);
    this.#fetch(POLL_MS);
    return () => this.#subscribers.delete(wake);
  }

  /** Resolves when a batch is available or the signal aborts. */
  async waitForBatch(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const unsubscribe = this.onBatch(done);
      function done(): void {
        unsubscribe();
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done);
      if (this.hasBatch || signal.aborted) done();
    });
  }

  close(): void {
    if (!this.#closed.signal.aborted) this.#kafka.readAhead.close();
    this.#keep(this.#ready, 0);
    this.#closed.abort();
    this.#kafka.closeConnection(this.#connection);
  }

  #keep(batch: Batch | undefined, bytes: number): void {
    this.#kafka.readAhead.addBuffered(bytes - this.#readyBytes);
    this.#ready = batch;
    this.#readyBytes = bytes;
  }

  #fetch(waitMs: Millis): Promise<void> {
    if (this.#ready !== undefined || this.#closed.signal.aborted) return Promise.resolve();
    this.#poll ??= this.#ask(waitMs);
    return this.#poll;
  }

  async #ask(waitMs: Millis): Promise<void> {
    const from = this.#fetched;
    const { signal } = this.#closed;
    const poll = Promise.resolve().then(() =>
      this.#kafka.retry(this.#connection, () => this.#once(from, waitMs), {
        signal,
        topic: this.topic,
        waitMs,
      }),
    );
    const current = (): boolean => this.#fetched === from && !signal.aborted;
    try {
      const { batch, next, end, bytes } = await poll;
      if (!current()) return;
      this.#fetched = next;
      this.#end = Math.max(this.#end, end, next);
      if (batch.records.length > 0) this.#keep(batch, bytes);
    } catch (error) {
      if (current()) this.#failure = { error };
    }
    this.#poll = undefined;
    if (this.hasBatch) for (const wake of this.#subscribers) wake();
    else if (this.#subscribers.size > 0) this.#fetch(POLL_MS);
  }

  async #once(from: number, waitMs: Millis) {
    const { topic, partition } = this;
    const broker = await this.#connection.leader(topic, partition);
    const answer = await this.#connection.send(broker, this.#request(from, waitMs), waitMs);
    try {
      throwIfError(answer.errorCode);
    } catch (error) {
      if (errorType(error) === 'OFFSET_OUT_OF_RANGE') return this.#outOfRange(from);
      if (isUnknownTopicId(error)) await this.verifyTopicId();
      throw error;
    }
    const { records, next, bytes } = await readCommitted(answer, from).catch((error: unknown) => {
      throw error instanceof DamagedBatch ? error.at(topic, partition) : error;
    });
    if (bytes > 0) this.#compressionRatio = Math.min(1, answer.recordSet.length / bytes);
    const end = answer.lastStableOffset;
    // Twice no records below the end: compaction removed them all.
    const gap = next === from && end > from && answer.throttleMs === 0;
    this.#emptyFetches = gap ? this.#emptyFetches + 1 : 0;
    const after = gap && this.#emptyFetches > 1 ? end : next;
    return { batch: { topic, partition, records, next: after }, next: after, end, bytes };
  }

  #request(offset: number, waitMs: Millis) {
    const { topic, topicId, partition } = this;
    const asked = { partition, offset, waitMs, maxBytes: this.#answerBytes() };
    return topicId === undefined
      ? fetchRequest({ topic, ...asked })
      : fetchByIdRequest({ topicId, ...asked });
  }

  /** Throws UserError if the topic was deleted or recreated. */
  async verifyTopicId(): Promise<void> {
    if ((await fetchTopicId(this.#kafka, this.topic)) !== this.topicId) throw topicRecreatedError(this.topic);
  }

  #answerBytes(): number {
    return Math.max(LEAST_BYTES, Math.round(this.#kafka.readAhead.bytesPerReader * this.#compressionRatio));
  }

  /** Retention overtook the reader, or the topic was recreated. */
  async #outOfRange(from: number) {
    const { topic, partition } = this;
    const start = await startOffset(this.#kafka, topic, partition);
    const end = await endOffset(this.#kafka, topic, partition);
    if (from > end) {
      this.#emptyFetches += 1;
      if (this.#emptyFetches < 5)
        throw new Error(`${topic}/${partition} ends at ${end}, before offset ${from}`);
      throw new UserError(
        'failed',
        `${topic}/${partition} ends at offset ${end}, but this group is at ${from}: the topic was recreated, or lost records`,
        `Reset the group: cryptopipe topics reset ${topic} --group NAME --from start.`,
      );
    }
    if (start > from) this.#kafka.context.warn(unreadDeletedWarning(topic, partition, from, start));
    const next = Math.max(from, start);
    return { batch: { topic, partition, records: [], next }, next, end, bytes: 0 };
  }
}
