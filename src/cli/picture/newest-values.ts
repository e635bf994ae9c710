import { InvalidRecord } from '../../core/stream/record.ts';
import { type Json, parseObject } from '../../core/util/json.ts';
import type { Log } from '../../log/log.ts';
import { newestByKey } from '../commands/topics/reading.ts';

/**
 * The newest value of each key among the last `most` records of each partition; none if there is no such topic. Values that are no
 * JSON object are left out.
 */
export async function newestValues(log: Log, topic: string, most?: number): Promise<readonly Json[]> {
  const details = await log.describe(topic);
  if (details === undefined) return [];
  const newest = await newestByKey(log, details, readOrUndefined, most === undefined ? {} : { most });
  return [...newest.values()].filter((row) => row != null);
}

function readOrUndefined(value: string): Json | undefined {
  try {
    return parseObject(value);
  } catch (error) {
    if (error instanceof InvalidRecord) return undefined;
    throw error;
  }
}
