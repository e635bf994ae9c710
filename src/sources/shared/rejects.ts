import type { NewRecord } from '../../core/stream/record.ts';
import { jsonText } from '../../core/util/json.ts';
import { formatTime, type Millis } from '../../core/util/time.ts';
import { REJECTS } from '../../market/catalog/topics.ts';

/** Where a line that cannot be used came from. */
export interface LinePlace {
  readonly source: string;
  /** As the user named it; neither file nor line for a stream, which has no places. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** The topic that it would have gone to. */
  readonly topic: string;
}

/** Kept of what is rejected, in characters. */
const KEPT_TEXT = 2000;

/** A line that a source cannot use, as it goes to topic `rejects`. */
export function rejectLine(place: LinePlace, text: string, why: string, receivedAt: Millis): NewRecord {
  const { source, file, line, topic } = place;
  const received_at = formatTime(receivedAt);
  return {
    topic: REJECTS,
    by: file ?? source,
    key: file === undefined ? `${source}@${received_at}` : `${file}:${line}`,
    value: JSON.stringify({ topic, source, file, line, text: text.slice(0, KEPT_TEXT), why }),
    headers: { source, schema: 'reject/1', received_at },
  };
}

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

/** A part of an answer as it goes to topic `rejects`. */
export function rejectedPart({ source, topic, what, part, why, polledAt }: RejectedPart): NewRecord {
  const time = formatTime(polledAt);
  const text = jsonText(part)?.slice(0, KEPT_TEXT) ?? '';
  return {
    topic: REJECTS,
    by: source,
    key: `${source}:${what}@${time}`,
    value: JSON.stringify({ topic, source, what, text, why }),
    headers: { source, schema: 'reject/1', received_at: time },
  };
}
