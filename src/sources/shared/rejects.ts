import type { NewRecord } from '../../core/stream/record.ts';
import { jsonText } from '../../core/util/json.ts';
import { formatTime, type Millis } from '../../core/util/time.ts';
import { REJECTS } from '../../market/catalog/topics.ts';

/** Where an invalid line came from. */
export interface LinePlace {
  readonly source: string;
  /** As the user named it; streams have neither file nor line. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** The topic it was meant for. */
  readonly topic: string;
}

/** Length limit of a rejected text, in characters. */
const KEPT_TEXT = 2000;

/** The record for topic `rejects` of an invalid line. */
export function rejectLine(place: LinePlace, text: string, why: string, receivedAt: Millis): NewRecord {
  const { source, file, line, topic } = place;
  const received_at = formatTime(receivedAt);
  return {
    topic: REJECTS,
    partitionKey: file ?? source,
    key: file === undefined ? `${source}@${received_at}` : `${file}:${line}`,
    value: JSON.stringify({ topic, source, file, line, text: text.slice(0, KEPT_TEXT), why }),
    headers: { source, schema: 'reject/1', received_at },
  };
}

/** An invalid part of a service's response. */
export interface RejectedPart {
  readonly source: string;
  /** The topic it was meant for. */
  readonly topic: string;
  /** What it should have been: a market, a coin. */
  readonly what: string;
  readonly part: unknown;
  readonly why: string;
  readonly polledAt: Millis;
}

/** The record for topic `rejects` of an invalid part of a response. */
export function rejectedPart({ source, topic, what, part, why, polledAt }: RejectedPart): NewRecord {
  const time = formatTime(polledAt);
  const text = jsonText(part)?.slice(0, KEPT_TEXT) ?? '';
  return {
    topic: REJECTS,
    partitionKey: source,
    key: `${source}:${what}@${time}`,
    value: JSON.stringify({ topic, source, what, text, why }),
    headers: { source, schema: 'reject/1', received_at: time },
  };
}
