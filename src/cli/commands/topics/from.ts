import { type Millis, readTime } from '../../../core/util/time.ts';
import type { Log, PartitionInfo } from '../../../log/log.ts';

/** A position in a topic: where `tail` starts, or where to move a group. */
export type Position =
  | { readonly at: 'start' }
  | { readonly at: 'end' }
  | { readonly at: 'offset'; readonly offset: number }
  | { readonly at: 'time'; readonly time: Millis }
  | { readonly at: 'last'; readonly count: number };

/** A position that resolves to an offset in each partition independently. */
export type PartitionPosition = Exclude<Position, { at: 'last' }>;

/** The offset of a position in one partition, clamped to the retained records. */
export async function offsetOf(
  log: Pick<Log, 'offsetAt'>,
  topic: string,
  { partition, start, end }: Pick<PartitionInfo, 'partition' | 'start' | 'end'>,
  place: PartitionPosition,
): Promise<number> {
  if (place.at === 'start') return start;
  if (place.at === 'end') return end;
  const offset = place.at === 'time' ? await log.offsetAt(topic, partition, place.time) : place.offset;
  return Math.min(Math.max(offset, start), end);
}

/** `start`, `end`, an offset, an ISO 8601 time, or `-N` for the last N records. Throws RangeError. */
export function parseFrom(text: string): Position {
  if (text === 'start' || text === 'end') return { at: text };
  if (/^-\d+$/.test(text)) return { at: 'last', count: -Number(text) };
  if (/^\d+$/.test(text)) return { at: 'offset', offset: Number(text) };
  const time = readTime(text);
  if (Number.isNaN(time))
    throw new RangeError(
      `'${text}' is not a position in a topic; write start, end, an offset, a time such as 2026-03-02T10:15:00Z, or -10`,
    );
  return { at: 'time', time };
}
