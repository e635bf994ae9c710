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
  /** Documents of a batch, over all collections. */
  readonly batch: number;
  /** How long a document waits for company. */
  readonly batchEvery: Millis;
  readonly noIndexes: boolean;
  readonly timeSeries: boolean;
}

/** A batch is sent earlier when its values have so many characters. */
const BATCH_SIZE = 8 * 2 ** 20;
const COLLECTIONS_AT_ONCE = 4;

/** Keeps one topic in MongoDB, each record once: the group's offset is the position, and writing again changes nothing. */
export function openWriter(
  connection: Connection,
  collections: Collections,
  settings: WriterSettings,
  context: SinkContext,
): OpenSink {
  const { dataset, topic } = context;
  const { withRetry: patiently } = connection;
  const read = documentReader(dataset, topic, context.identity, connection.bson);
  const keyOf = identify(dataset, topic, context.identity);
  const indexes = settings.noIndexes ? [] : indexesFor(dataset, collections.byCoin);
  const prepared = new Set<string>();
  const room = new BatchBuffer();
  const deletions = deletionsOf(connection, topic);
  const counts = { rows: 0, superseded: 0, rejected: 0, tombstones: 0 };
  const writeAll = settings.timeSeries ? insertNew : upsert;
  /** Monotonic time since which something waits, or was sent without the position. */
  let since: Millis | undefined;

  async function reject(partition: number, record: StoredRecord, reason: string): Promise<void> {
    counts.rejected++;
    await context.reject({ topic, partition, records: [record], next: record.offset + 1 }, 0, reason);
  }

  async function prepare(name: string): Promise<void> {
    if (prepared.has(name)) return;
    if (settings.timeSeries) await ensureTimeSeries(connection, name);
    if (indexes.length > 0) await patiently(() => ensureIndexes(connection.collection(name), indexes));
    prepared.add(name);
  }

  async function send(): Promise<void> {
    await sendDeletions();
    await inParallel(room.documents, COLLECTIONS_AT_ONCE, ([name, documents]) => sendTo(name, documents));
    room.clear();
  }

  /** The newest revision of each; where that is refused, the one before it, and so on. */
  async function sendTo(name: string, documents: Documents): Promise<void> {
    if (documents.size === 0) return;
    await prepare(name);
    let left = [...documents.values()];
    for (let round = 0; left.length > 0; round++) {
      const all = left.map((revisions) => revisions[round]!.document);
      const { superseded, refused } = await patiently(() => writeAll(connection.collection(name), all));
      const deleted = settings.timeSeries ? 0 : await deletions.reapply(name, all);
      counts.superseded += superseded + deleted;
      counts.rows += all.length - superseded - refused.length - deleted;
      const reasons = new Map(refused.map(({ kept, reason }) => [kept, reason]));
      for (const revisions of left) {
        const { document: kept, partition, record } = revisions[round]!;
        const reason = reasons.get(kept);
        if (reason === undefined) counts.superseded += revisions.length - round - 1;
        else await reject(partition, record, reason);
      }
      left = left.filter(
        (revisions) => reasons.has(revisions[round]!.document) && revisions.length > round + 1,
      );
    }
  }

  /** A tombstone does not say which coin it was about. */
  async function sendDeletions(): Promise<void> {
    if (room.deletions.size === 0) return;
    await deletions.record(room.deletions, context.clock.now());
    const deletes = [...room.deletions].map(([id, { rev }]) => deletionOf(id, rev));
    for (const name of await existingCollections(collections, connection))
      await patiently(() => connection.collection(name).bulkWrite(deletes, { ordered: false }));
  }

  async function take(partition: number, record: StoredRecord): Promise<void> {
    if (record.value === null) {
      if (settings.timeSeries) throw new InvalidRecord('a time-series collection deletes nothing by key');
      const { id, rev } = keyOf(record, partition, undefined);
      counts.superseded += room.delete(id, rev, partition);
      counts.tombstones++;
      return;
    }
    const kept = read(record, partition);
    const name = collections.nameFor(kept.doc);
    // Deleted and made anew: one after the other.
    if (room.deletions.has(kept.id)) await send();
    room.add(name, { document: kept, partition, record });
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
        if (room.count + room.deletions.size >= settings.batch || room.size >= BATCH_SIZE) await send();
      }
      since ??= context.clock.monotonic();
    },
    due: (at) => since !== undefined && at - since >= settings.batchEvery,
    async flush() {
      await send();
      since = undefined;
    },
    // What a lost partition left here is the new owner's to write.
    stop: async (partition) => room.drop(partition),
    close: () => connection.close(),
    counts: () => ({ ...counts }),
  };
}
