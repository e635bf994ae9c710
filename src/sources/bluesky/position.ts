import { isObject } from '../../core/util/json.ts';
import type { Millis } from '../../core/util/time.ts';
import type { KeptState } from './kept-posts.ts';
import type { SeenState } from './posts-seen.ts';
import type { Wire } from './stream/connect.ts';
import type { GapState } from './stream/replay-gaps.ts';

/** Where reading resumes, stored with the records up to there. */
export interface JetstreamPosition {
  /** The server of the last event, and its wire: only there `seq` means something. */
  readonly host: string | undefined;
  readonly wire: Wire | undefined;
  readonly seq: number | undefined;
  /** The largest time of an event, by Jetstream's clock. */
  readonly time: Millis;
  /** Hashes of the last events: a replay by time brings them again. */
  readonly recent: readonly string[];
  readonly gaps: GapState;
  readonly kept: KeptState;
  readonly seen: SeenState;
}

export const jetstreamPositionName = (topic: string): string => `bluesky/${topic}`;

export const formatJetstreamPosition = (position: JetstreamPosition): string => JSON.stringify(position);

/** Undefined for none, and for a text that is no position: then reading begins at the newest event. */
export function parseJetstreamPosition(text: string | undefined): JetstreamPosition | undefined {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    if (!isObject(value)) return undefined;
    const { time, recent, gaps, kept, seen } = value;
    const isWhole = [gaps, kept, seen].every(isObject) && Array.isArray(recent) && typeof time === 'number';
    return isWhole ? (value as unknown as JetstreamPosition) : undefined;
  } catch {
    return undefined;
  }
}
