import type { NewRecord } from '../../core/stream/record.ts';
import { formatTime, type Millis } from '../../core/util/time.ts';

/** A time in which a source was away: what happened meanwhile was not handed over, or only afterwards. */
export interface Gap {
  readonly source: string;
  /** When it was last heard of, and when again. */
  readonly from: Millis;
  readonly to: Millis;
  /** `disconnect`, `silence`, `restart`, `rate limit` ... */
  readonly reason: string;
  /** True when the service was asked to hand over afterwards what it had kept. */
  readonly backfilled: boolean;
}

/** The marker of a gap, for topic `gaps`. */
export function gapRecord({ source, from, to, reason, backfilled }: Gap): NewRecord {
  // A clock that was set back meanwhile: no gap ends before it begins.
  const times = { from: formatTime(Math.min(from, to)), to: formatTime(to) };
  return {
    topic: 'gaps',
    by: source,
    key: `${source}@${times.from}`,
    value: JSON.stringify({ source, ...times, reason, backfilled }),
    headers: { source, schema: 'gap/1' },
  };
}
