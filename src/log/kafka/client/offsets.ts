import type { Millis } from '../../../core/util/time.ts';
import type { Kafka } from '../kafka.ts';

/** `earliest`: the first kept. `latest`: after the last committed record. A time: the first appended then or later. */
export type OffsetRequest = 'earliest' | 'latest' | Millis;

/** Uncommitted: the end of all records. Committed: before the first that belongs to an open transaction. */
const ISOLATION = { uncommitted: 0, committed: 1 };
/** A transaction whose producer lives is over sooner; another is not waited for. */
const SETTLE_MS: Millis = 2000;
const SPECIAL = { latest: -1, earliest: -2 };

/** One offset of a partition; undefined for a time that nothing was appended after. */
export function offsetOf(
  kafka: Kafka,
  topic: string,
  partition: number,
  place: OffsetRequest,
  isolation: keyof typeof ISOLATION = 'committed',
): Promise<number | undefined> {
  const link = kafka.shared;
  const timestamp = typeof place === 'number' ? place : SPECIAL[place];
  const ask = async () => {
    const broker = await link.leader(topic, partition);
    const { responses } = await broker.listOffsets({
      replicaId: -1,
      isolationLevel: ISOLATION[isolation],
      topics: [{ topic, partitions: [{ partition, timestamp }] }],
    });
    const offset = Number(responses[0]!.partitions[0]!.offset);
    return offset < 0 ? undefined : offset;
  };
  return kafka.persist(link, ask, { topic });
}

export const endOf = async (kafka: Kafka, topic: string, partition: number): Promise<number> =>
  (await offsetOf(kafka, topic, partition, 'latest')) ?? 0;

export const startOf = async (kafka: Kafka, topic: string, partition: number): Promise<number> =>
  (await offsetOf(kafka, topic, partition, 'earliest')) ?? 0;

/** The end once the transactions that are being committed just now are over: their markers come a moment after the answer. */
export async function settledEnd(kafka: Kafka, topic: string, partition: number): Promise<number> {
  const written = (await offsetOf(kafka, topic, partition, 'latest', 'uncommitted')) ?? 0;
  const begun = kafka.clock.monotonic();
  for (;;) {
    const end = await endOf(kafka, topic, partition);
    if (end >= written || kafka.clock.monotonic() - begun >= SETTLE_MS) return end;
    await kafka.clock.sleep(10);
  }
}
