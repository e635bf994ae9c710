import { UserError } from '../../../core/errors.ts';
import type { Batch } from '../../../core/stream/record.ts';
import type { Millis } from '../../../core/util/time.ts';
import { deletedUnread, madeAnewProblem } from '../../log.ts';
import type { Kafka } from '../kafka.ts';
import { identityOf } from '../topics.ts';
import { DamagedBatch } from '../wire/raw-batch.ts';
import { fetchRequest, readCommitted } from '../wire/requests/fetch.ts';
import { fetchByIdRequest } from '../wire/requests/fetch-by-id.ts';
import type { Connection } from './connection.ts';
import { check, isUnknownId, typeOf } from './errors.ts';
import { endOf, startOf } from './offsets.ts';

/** How long the broker holds an answer back while there is nothing new. */
const POLL_MS: Millis = 2500;

/** An answer is allowed so many bytes at least. */
const LEAST_BYTES = 16 * 1024;

/**
 * One partition, read committed, one answer ahead of its reader. While the reader is at the end a poll waits at the
 * broker, on a link of the feed's own.
 */
export class PartitionReader {
  readonly #kafka: Kafka;
  readonly #link: Connection;
  readonly #closed = new AbortController();
  readonly #waiting = new Set<() => void>();
  /** Offset after what was handed out; after what was fetched; the end of what is committed, as last seen. */
  #position: number;
  #fetched: number;
  #end = 0;
  #ready: Batch | undefined;
  /** Bytes of records that are ready. */
  #readyBytes = 0;
  #poll: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #strays = 0;
  /** Bytes on the wire for a byte of records, at the last answer: an answer is sized by what it becomes in memory. */
  #squeeze = 1 / 8;

  constructor(
    kafka: Kafka,
    readonly topic: string,
    readonly partition: number,
    from: number,
    /** The topic's id: another topic of its name is not read. Undefined for a topic of a time without ids. */
    readonly topicId?: string,
  ) {
    this.#kafka = kafka;
    this.#link = kafka.link();
    kafka.readAhead.open();
    this.#position = from;
    this.#fetched = from;
  }

  get position(): number {
    return this.#position;
  }

  get arrived(): boolean {
    return this.#ready !== undefined || this.#failure !== undefined;
  }

  seek(offset: number): void {
    if (offset === this.#position) return;
    this.#position = offset;
    this.#fetched = offset;
    this.#keep(undefined, 0);
    this.#poll = undefined;
  }

  /** What the reader must come to before it is told that it is at the end: an end offset seen elsewhere. */
  expect(end: number): void {
    this.#end = Math.max(this.#end, end);
  }

  /** The next batch; undefined at the end, and when the feed is closed. Moves the position, also over aborted records and holes. */
  async read(): Promise<Batch | undefined> {
    for (let asked = this.#poll !== undefined; ; asked = true) {
      if (this.#failure !== undefined) throw this.#failure.error;
      const batch = this.#ready;
      if (batch !== undefined) {
        this.#keep(undefined, 0);
        this.#position = batch.next;
        if (this.#kafka.readAhead.free) this.#fetch(POLL_MS);
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

  /** Calls `wake` once when a batch has arrived. Answers with a way to forget it. */
  onArrival(wake: () => void): () => void {
    this.#waiting.add(wake);
    this.#fetch(POLL_MS);
    return () => this.#waiting.delete(wake);
  }

  /** Resolves when a batch has arrived, or the signal aborts. */
  async arrival(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const forget = this.onArrival(done);
      function done(): void {
        forget();
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done);
      if (this.arrived || signal.aborted) done();
    });
  }

  close(): void {
    if (!this.#closed.signal.aborted) this.#kafka.readAhead.close();
    this.#keep(this.#ready, 0);
    this.#closed.abort();
    this.#kafka.unlink(this.#link);
  }

  #keep(batch: Batch | undefined, bytes: number): void {
    this.#kafka.readAhead.waits(bytes - this.#readyBytes);
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
      this.#kafka.persist(this.#link, () => this.#once(from, waitMs), { signal, topic: this.topic, waitMs }),
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
    if (this.arrived) for (const wake of this.#waiting) wake();
    else if (this.#waiting.size > 0) this.#fetch(POLL_MS);
  }

  async #once(from: number, waitMs: Millis) {
    const { topic, partition } = this;
    const broker = await this.#link.leader(topic, partition);
    const answer = await this.#link.send(broker, this.#request(from, waitMs), waitMs);
    try {
      check(answer.errorCode);
    } catch (error) {
      if (typeOf(error) === 'OFFSET_OUT_OF_RANGE') return this.#outOfRange(from);
      if (isUnknownId(error)) await this.verify();
      throw error;
    }
    const { records, next, bytes } = await readCommitted(answer, from).catch((error: unknown) => {
      throw error instanceof DamagedBatch ? error.at(topic, partition) : error;
    });
    if (bytes > 0) this.#squeeze = Math.min(1, answer.recordSet.length / bytes);
    const end = answer.lastStableOffset;
    // Nothing at all below the end, twice: compaction left a hole there.
    const hole = next === from && end > from && answer.throttleMs === 0;
    this.#strays = hole ? this.#strays + 1 : 0;
    const after = hole && this.#strays > 1 ? end : next;
    return { batch: { topic, partition, records, next: after }, next: after, end, bytes };
  }

  #request(offset: number, waitMs: Millis) {
    const { topic, topicId, partition } = this;
    const asked = { partition, offset, waitMs, maxBytes: this.#answerBytes() };
    return topicId === undefined
      ? fetchRequest({ topic, ...asked })
      : fetchByIdRequest({ topicId, ...asked });
  }

  /** Throws Problem when another topic has the name by now, or none. */
  async verify(): Promise<void> {
    if ((await identityOf(this.#kafka, this.topic)) !== this.topicId) throw madeAnewProblem(this.topic);
  }

  #answerBytes(): number {
    return Math.max(LEAST_BYTES, Math.round(this.#kafka.readAhead.share * this.#squeeze));
  }

  /** Retention was faster than the reader, or the topic was made anew. */
  async #outOfRange(from: number) {
    const { topic, partition } = this;
    const start = await startOf(this.#kafka, topic, partition);
    const end = await endOf(this.#kafka, topic, partition);
    if (from > end) {
      this.#strays += 1;
      if (this.#strays < 5) throw new Error(`${topic}/${partition} ends at ${end}, before offset ${from}`);
      throw new UserError(
        'failed',
        `${topic}/${partition} ends at offset ${end}, but this group stands at ${from}: the topic was made anew, or lost records`,
        `Move the group: cryptopipe topics reset ${topic} --group NAME --from start.`,
      );
    }
    if (start > from) this.#kafka.opener.warn(deletedUnread(topic, partition, from, start));
    const next = Math.max(from, start);
    return { batch: { topic, partition, records: [], next }, next, end, bytes: 0 };
  }
}
