import { InvalidRecord, type StoredRecord } from '../../core/stream/record.ts';
import type { Millis } from '../../core/util/time.ts';
import { inParallel } from '../in-parallel.ts';
import type { OpenSink, SinkContext } from '../sink.ts';
import { BatchBuffer, type Documents } from './batch-buffer.ts';
import type { Connection } from './client/connection.ts';
import { type Collections, existingCollections } from './collections.ts';
import { deletionOf, deletionsOf } from './deletions.ts';
import { documentReader, identify } from './document.ts';
import { ensureIndexes, indexesFor } from './indexes.ts';
import { ensureTimeSeries, insertNew } from './time-series.ts';
import { upsert } from './upsert.ts';

export interface WriterSettings {
  /** Documents per batch, over all collections. */
  readonly batch: number;
  /** How long a document may wait for a full batch. */
  readonly batchEvery: Millis;
  readonly noIndexes: boolean;
  readonly timeSeries: boolean;
}

/** A batch is sent early when its values have this many characters. */
const BATCH_SIZE = 8 * 2 ** 20;
const COLLECTIONS_AT_ONCE = 4;

/** Writes one topic to MongoDB, each record once: the position is the group's offset, and writes are idempotent. */
export function openWriter(
  connection: Connection,
  collections: Collections,
  settings: WriterSettings,
  context: SinkContext,
): OpenSink {
  const { dataset, topic } = context;
  const { withRetry } = connection;
  const read = documentReader(dataset, topic, context.identity, connection.bson);
  const keyOf = identify(dataset, topic, context.identity);
  const indexes = settings.noIndexes ? [] : indexesFor(dataset, collections.byCoin);
  const prepared = new Set<string>();
  const batch = new BatchBuffer();
  const deletions = deletionsOf(connection, topic);
  const counts = { rows: 0, superseded: 0, rejected: 0, tombstones: 0 };
  const writeAll = settings.timeSeries ? insertNew : upsert;
  /** Monotonic time of the first write since the last flush. */
  let pendingSince: Millis | undefined;

  async function reject(partition: number, record: StoredRecord, reason: string): Promise<void> {
    counts.rejected++;
    await context.reject({ topic, partition, records: [record], next: record.offset + 1 }, 0, reason);
  }

  async function prepare(name: string): Promise<void> {
    if (prepared.has(name)) return;
    if (settings.timeSeries) await ensureTimeSeries(connection, name);
    if (indexes.length > 0) await withRetry(() => ensureIndexes(connection.collection(name), indexes));
    prepared.add(name);
  }

  async function send(): Promise<void> {
    await sendDeletions();
    await inParallel(batch.documents, COLLECTIONS_AT_ONCE, ([name, documents]) => sendTo(name, documents));
    batch.clear();
  }

  /** Writes the newest revision of each document; if that is refused, the one before it, and so on. */
  async function sendTo(name: string, documents: Documents): Promise<void> {
    if (documents.size === 0) return;
    await prepare(name);
    let left = [...documents.values()];
    for (let age = 0; left.length > 0; age++) {
      const all = left.map((revisions) => revisions[age]!.document);
      const { superseded, refused } = await withRetry(() => writeAll(connection.collection(name), all));
      const deleted = settings.timeSeries ? 0 : await deletions.reapply(name, all);
      counts.superseded += superseded + deleted;
      counts.rows += all.length - superseded - refused.length - deleted;
      const reasons = new Map(refused.map(({ kept, reason }) => [kept, reason]));
      for (const revisions of left) {
        const { document, partition, record } = revisions[age]!;
        const reason = reasons.get(document);
        if (reason === undefined) counts.superseded += revisions.length - age - 1;
        else await reject(partition, record, reason);
      }
      left = left.filter((revisions) => reasons.has(revisions[age]!.document) && revisions.length > age + 1);
    }
  }

  /** A tombstone does not tell the coin, so it is deleted from all collections of the topic. */
  async function sendDeletions(): Promise<void> {
    if (batch.deletions.size === 0) return;
    await deletions.record(batch.deletions, context.clock.now());
    const deletes = [...batch.deletions].map(([id, { rev }]) => deletionOf(id, rev));
    for (const name of await existingCollections(collections, connection))
      await withRetry(() => connection.collection(name).bulkWrite(deletes, { ordered: false }));
  }

  async function take(partition: number, record: StoredRecord): Promise<void> {
    if (record.value === null) {
      if (settings.timeSeries) throw new InvalidRecord('a time-series collection cannot delete by key');
      const { id, rev } = keyOf(record, partition, undefined);
      counts.superseded += batch.delete(id, rev, partition);
      counts.tombstones++;
      return;
    }
    const document = read(record, partition);
    const name = collections.nameFor(document.doc);
    // The delete must come before a new document with the same id, or it would delete that one.
    if (batch.deletions.has(document.id)) await send();
    batch.add(name, { document, partition, record });
  }

  return {
    start: async () => undefined,
    async write({ partition, records }) {
      for (const record of records) {
        try {
          await take(partition, record);
        } catch (error) {
          if (!(error instanceof InvalidRecord)) throw error;
          await reject(partition, record, error.message);
        }
        if (batch.count + batch.deletions.size >= settings.batch || batch.size >= BATCH_SIZE) await send();
      }
      pendingSince ??= context.clock.monotonic();
    },
    due: (at) => pendingSince !== undefined && at - pendingSince >= settings.batchEvery,
    async flush() {
      await send();
      pendingSince = undefined;
    },
    // The new owner of a lost partition writes what is buffered here.
    stop: async (partition) => batch.drop(partition),
    close: () => connection.close(),
    counts: () => ({ ...counts }),
  };
}
