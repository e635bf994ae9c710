import type { NewRecord } from '../../core/stream/record.ts';
import { formatTime, type Millis } from '../../core/util/time.ts';

/** A period without data from a source: its events are missing or were backfilled later. */
export interface Gap {
  readonly source: string;
  /** When the source was last seen before the gap, and first seen after it. */
  readonly from: Millis;
  readonly to: Millis;
  /** `disconnect`, `silence`, `restart`, `rate limit` ... */
  readonly reason: string;
  /** True when the service was asked to backfill the gap. */
  readonly backfilled: boolean;
}

/** The marker of a gap, for topic `gaps`. */
export function gapRecord({ source, from, to, reason, backfilled }: Gap): NewRecord {
  // The clock may have been set back: a gap never ends before it starts.
  const times = { from: formatTime(Math.min(from, to)), to: formatTime(to) };
  return {
    topic: 'gaps',
    partitionKey: source,
    key: `${source}@${times.from}`,
    value: JSON.stringify({ source, ...times, reason, backfilled }),
    headers: { source, schema: 'gap/1' },
  };
}
