import { openLocalLog } from '../../../src/log/local/open.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';

/** All records of a topic in an embedded log, with parsed values. */
export async function readTopic(
  dir: string,
  topic: string,
): Promise<{ readonly key: string | null; readonly value: Readonly<Record<string, unknown>> }[]> {
  const log = await openLocalLog(dir, systemClock);
  try {
    const records: { key: string | null; value: Record<string, unknown> }[] = [];
    for (const { partition } of (await log.describe(topic))?.partitionInfos ?? [])
      for await (const batch of log.read(topic, partition, 0))
        for (const { key, value } of batch.records) records.push({ key, value: JSON.parse(value ?? '{}') });
    return records;
  } finally {
    await log.close();
  }
}
