import type { NewRecord } from '../stream/record.ts';

/** What a record takes in memory besides its key and value, about. */
const RECORD_BYTES = 100;

/** About how many bytes a record takes; a text counts one byte a character. */
export const weightOf = ({ key, value }: Pick<NewRecord, 'key' | 'value'>): number =>
  RECORD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);

/**
 * Cuts records into runs, in order: each has at most `mostRecords`, and weighs at most `mostBytes` unless it is one
 * record alone.
 */
export function* runsOf<R extends Pick<NewRecord, 'key' | 'value'>>(
  records: readonly R[],
  mostRecords: number,
  mostBytes: number,
): Generator<readonly R[]> {
  let from = 0;
  let weight = 0;
  for (let at = 0; at < records.length; at++) {
    const added = weightOf(records[at]!);
    if (at > from && (at - from >= mostRecords || weight + added > mostBytes)) {
      yield records.slice(from, at);
      from = at;
      weight = 0;
    }
    weight += added;
  }
  if (from < records.length) yield from === 0 ? records : records.slice(from);
}
