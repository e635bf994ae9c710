import type { Millis } from '../../../core/util/time.ts';
import type { Kafka } from '../kafka.ts';

/** `earliest`: the first retained. `latest`: after the last committed record. A time: the first appended at or after it. */
export type OffsetRequest = 'earliest' | 'latest' | Millis;

/** `uncommitted` ends after the last record, `committed` before the first open transaction. */
const ISOLATION = { uncommitted: 0, committed: 1 };
/** A live producer finishes its transaction sooner; do not wait longer for a dead one. */
const MARKERS_TIMEOUT_MS: Millis = 2000;
const SPECIAL = { latest: -1, earliest: -2 };

/** One offset of a partition; undefined if no record was appended at or after the given time. */
export function listOffset(
  kafka: Kafka,
  topic: string,
  partition: number,
  position: OffsetRequest,
  isolation: keyof typeof ISOLATION = 'committed',
): Promise<number | undefined> {
  const connection = kafka.shared;
  const timestamp = typeof position === 'number' ? position : SPECIAL[position];
  const ask = async () => {
    const broker = await connection.leader(topic, partition);
    const { responses } = await broker.listOffsets({
      replicaId: -1,
      isolationLevel: ISOLATION[isolation],
      topics: [{ topic, partitions: [{ partition, timestamp }] }],
    });
    const offset = Number(responses[0]!.partitions[0]!.offset);
    return offset < 0 ? undefined : offset;
  };
  return kafka.retry(connection, ask, { topic });
}

export const endOffset = async (kafka: Kafka, topic: string, partition: number): Promise<number> =>
  (await listOffset(kafka, topic, partition, 'latest')) ?? 0;

export const startOffset = async (kafka: Kafka, topic: string, partition: number): Promise<number> =>
  (await listOffset(kafka, topic, partition, 'earliest')) ?? 0;

/** The end after transactions that are just committing: their markers arrive shortly after the EndTxn response. */
export async function settledEndOffset(kafka: Kafka, topic: string, partition: number): Promise<number> {
  const written = (await listOffset(kafka, topic, partition, 'latest', 'uncommitted')) ?? 0;
  const startedAt = kafka.clock.monotonic();
  for (;;) {
    const end = await endOffset(kafka, topic, partition);
    if (end >= written || kafka.clock.monotonic() - startedAt >= MARKERS_TIMEOUT_MS) return end;
    await kafka.clock.sleep(10);
  }
}
