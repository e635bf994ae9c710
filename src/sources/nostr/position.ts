import { isObject } from '../../core/util/json.ts';
import type { Millis } from '../../core/util/time.ts';
import { formatResumeTime, parseResumeTime } from '../shared/socket/gap-tracker.ts';
import type { SeenSnapshot } from './seen-events.ts';

/** Where reading of a relay resumes. */
export interface RelayState {
  /** Author's time up to which all events of the relay were read; seconds. */
  readonly through: number;
  /** Everything up to this time is stored or marked as missed. */
  readonly seen: Millis;
}

/** Stored with each chunk. */
export interface NostrPosition {
  readonly relays: ReadonlyMap<string, RelayState>;
  readonly seen: SeenSnapshot;
}

/** One position per topic, because each topic has its own posts. */
export const placeName = (topic: string): string => `nostr/${topic}`;

export const formatPlace = ({ relays, seen }: NostrPosition): string =>
  JSON.stringify({
    relays: Object.fromEntries(
      [...relays].map(([url, state]) => [
        url,
        { through: state.through, seen: formatResumeTime(state.seen) },
      ]),
    ),
    seen,
  });

/** Parses a stored position. An invalid one counts as none: a gap may go unmarked, but nothing read is lost. */
export function parsePlace(text: string | undefined): NostrPosition {
  const relays = new Map<string, RelayState>();
  try {
    const stored: unknown = JSON.parse(text ?? '{}');
    const { relays: states, seen } = isObject(stored) ? stored : {};
    for (const [url, state] of Object.entries(isObject(states) ? states : {})) {
      const { through, seen: at } = isObject(state) ? state : {};
      const seenAt = parseResumeTime(at);
      if (Number.isSafeInteger(through) && seenAt !== undefined)
        relays.set(url, { through: through as number, seen: seenAt });
    }
    return { relays, seen: isObject(seen) ? (seen as SeenSnapshot) : {} };
  } catch {
    return { relays, seen: {} };
  }
}
