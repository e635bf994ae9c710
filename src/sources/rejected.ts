import type { NewRecord } from '../core/record.ts';
import { formatTime, type Millis } from '../core/time.ts';

/** A part of a service's answer that cannot be used. */
export interface RejectedPart {
  readonly source: string;
  /** The topic that it would have gone to. */
  readonly topic: string;
  /** What it was to be: a market, a coin. */
  readonly what: string;
  readonly part: unknown;
  readonly why: string;
  readonly polledAt: Millis;
}

/** Kept of it, in characters. */
const KEPT_TEXT = 2000;

/** A part of an answer as it goes to topic `rejects`. */
export function rejectedPart({ source, topic, what, part, why, polledAt }: RejectedPart): NewRecord {
  const time = formatTime(polledAt);
  const text = JSON.stringify(part)?.slice(0, KEPT_TEXT) ?? '';
  return {
    topic: 'rejects',
    by: source,
    key: `${source}:${what}@${time}`,
    value: JSON.stringify({ topic, source, what, text, why }),
    headers: { source, schema: 'reject/1', received_at: time },
  };
}
