import type { NewRecord, StoredRecord } from '../../../src/core/stream/record.ts';
import type { Log } from '../../../src/log/log.ts';

/**
 * Records that no processor can parse: each goes to `rejects` once with its offset, repeats included. So they show which
 * records were read, lost or read twice.
 */
export const junk = (topic: string, count: number, by = (i: number) => String(i)): NewRecord[] =>
  Array.from({ length: count }, (_, i) => ({
    topic,
    partitionKey: by(i),
    key: by(i),
    value: `junk of ${topic}: ${i}`,
    headers: {},
  }));

export const isJunk = ({ value }: Pick<StoredRecord, 'value'>): boolean =>
  value?.startsWith('junk of ') === true;

/** All records of a topic, by partition. */
export async function recordsOf(log: Log, topic: string): Promise<StoredRecord[][]> {
  const { partitions } = (await log.topics()).find(({ name }) => name === topic)!;
  const read = async (partition: number): Promise<StoredRecord[]> => {
    const records: StoredRecord[] = [];
    for await (const batch of log.read(topic, partition, 0)) records.push(...batch.records);
    return records;
  };
  return Promise.all(Array.from({ length: partitions }, (_, partition) => read(partition)));
}

/** `partition/offset` of each record of a topic. */
export async function positionsIn(log: Log, topic: string): Promise<string[]> {
  const partitions = await recordsOf(log, topic);
  return partitions
    .flatMap((records, partition) => records.map(({ offset }) => `${partition}/${offset}`))
    .sort();
}

/** A reject of a junk record, with its append time. */
export interface Reject {
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
}

/** All rejects of a topic's junk records, repeats included. */
export async function rejectsOf(log: Log, topic: string): Promise<Reject[]> {
  const rejects = (await recordsOf(log, 'rejects')).flat();
  return rejects
    .map(({ value, timestamp }) => ({ ...(JSON.parse(value!) as Reject & { value: unknown }), timestamp }))
    .filter(({ value }) => String(value).startsWith(`junk of ${topic}: `));
}

/** The same as `partition/offset`. */
export const rejectedOf = async (log: Log, topic: string): Promise<string[]> =>
  (await rejectsOf(log, topic)).map(({ partition, offset }) => `${partition}/${offset}`).sort();
