import type { NewRecord } from '../stream/record.ts';

/** Approximate memory of a record besides its key and value. */
const RECORD_BYTES = 100;

type Weighed = Pick<NewRecord, 'key' | 'value' | 'bytes'>;

/** Approximate bytes of a record, at one byte per character. */
export const weightOf = (record: Weighed): number =>
  RECORD_BYTES + (record.key?.length ?? 0) + (record.bytes ?? record.value ?? '').length;

/** Cuts records into runs of at most `maxRecords` and `maxBytes`. A record larger than `maxBytes` is a run by itself. */
export function* runsOf<R extends Weighed>(
  records: readonly R[],
  maxRecords: number,
  maxBytes: number,
): Generator<readonly R[]> {
  let from = 0;
  let weight = 0;
  for (let at = 0; at < records.length; at++) {
    const added = weightOf(records[at]!);
    if (at > from && (at - from >= maxRecords || weight + added > maxBytes)) {
      yield records.slice(from, at);
      from = at;
      weight = 0;
    }
    weight += added;
  }
  if (from < records.length) yield from === 0 ? records : records.slice(from);
}
