import type { NewRecord } from '../../core/stream/record.ts';
import { formatTime, type Millis } from '../../core/util/time.ts';
import { GAPS } from '../../market/catalog/topics.ts';

/** A period without data from a source: its events are missing or were backfilled later. */
export interface Gap {
  readonly source: string;
  /** The server that was missing, where a source reads several. */
  readonly part?: string;
  /** When the source was last seen before the gap, and first seen after it. */
  readonly from: Millis;
  readonly to: Millis;
  /** `disconnect`, `silence`, `restart`, `rate limit` ... */
  readonly reason: string;
  /** True when the service was asked to backfill the gap. */
  readonly backfilled: boolean;
}

/** The marker of a gap, for topic `gaps`. */
export function gapRecord({ source, part, from, to, reason, backfilled }: Gap): NewRecord {
  // The clock may have been set back: a gap never ends before it starts.
  const times = { from: formatTime(Math.min(from, to)), to: formatTime(to) };
  return {
    topic: GAPS,
    partitionKey: source,
    key: part === undefined ? `${source}@${times.from}` : `${source}/${part}@${times.from}`,
    value: JSON.stringify({
      source,
      ...times,
      reason: part === undefined ? reason : `${part}: ${reason}`,
      backfilled,
    }),
    headers: { source, schema: 'gap/1' },
  };
}
