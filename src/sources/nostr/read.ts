import { UserError } from '../../core/errors.ts';
import { HOUR, MINUTE, type Millis } from '../../core/util/time.ts';
import { type Chunk, durably, type SourceContext } from '../source.ts';
import type { RelayFailure } from './failure.ts';
import { hashtagsOf, nostrFilters } from './filters.ts';
import { formatPlace, parsePlace, placeName, type RelayState } from './position.ts';
import { EventWriter } from './records.ts';
import { OVERLAP_S, type RelayBatch, type RelayEnd, readRelay } from './relay.ts';
import { SeenEvents } from './seen-events.ts';

export interface NostrSettings {
  readonly coins: readonly string[];
  readonly relays: readonly string[];
  readonly topic: string;
}

/** How far back the first run begins. */
const FIRST_SPAN_MS: Millis = MINUTE;
const FIRST_SPAN_ONCE_MS: Millis = HOUR;
/** How far a relay may fall behind the others, in seconds: beyond, the list of events read would become too long. */
const FURTHEST_BEHIND_S = 12 * 3600;

type Reading = AsyncGenerator<RelayBatch, RelayEnd>;
interface Turn {
  readonly url: string;
  readonly result: IteratorResult<RelayBatch, RelayEnd>;
}

/** Reads the relays until stopped, each event once. A relay that fails does not stop the others. */
export async function* readNostr(settings: NostrSettings, context: SourceContext): AsyncGenerator<Chunk> {
  const { relays, topic, coins } = settings;
  const { now, once, signal, warn, status } = context;
  const name = placeName(topic);
  const stored = parsePlace(await context.position(name));
  const seen = new SeenEvents(stored.seen);
  const writer = new EventWriter(seen, topic, context);
  const start = Math.floor((now() - (once ? FIRST_SPAN_ONCE_MS : FIRST_SPAN_MS)) / 1000);
  const states = new Map<string, RelayState>(
    relays.map((url) => [url, stored.relays.get(url) ?? { through: start, seen: now() }]),
  );
  const filters = nostrFilters(hashtagsOf(coins));
  const stop = new AbortController();
  const failures: RelayFailure[] = [];

  const earliest = (): number =>
    Math.max(...[...states.values()].map(({ through }) => through)) - FURTHEST_BEHIND_S;
  /** Relays give no earlier events again. */
  const repeatsFrom = (): number =>
    Math.max(earliest(), Math.min(...[...states.values()].map(({ through }) => through)) - OVERLAP_S);
  const position = () => ({
    name,
    value: formatPlace({ relays: states, seen: seen.snapshot(repeatsFrom()) }),
  });
  const read = (url: string): Reading =>
    readRelay(
      {
        url,
        filters,
        resume: states.get(url)!,
        isResumed: stored.relays.has(url),
        earliest,
        stopped: stop.signal,
      },
      context,
    );
  // Stored before connecting, so that a process killed in its first moments still leaves a gap.
  yield* durably({ records: [], position: position() });
  const readings = new Map<string, Reading>(relays.map((url) => [url, read(url)]));
  const turns = new Map<string, Promise<Turn>>();
  const take = (url: string): void => {
    turns.set(
      url,
      readings
        .get(url)!
        .next()
        .then((result) => ({ url, result })),
    );
  };
  for (const url of relays) take(url);
  try {
    while (turns.size > 0) {
      const { url, result } = await Promise.race(turns.values());
      if (result.done) {
        turns.delete(url);
        const { failure } = result.value;
        if (failure === undefined) continue;
        failures.push(failure);
        warn(`nostr: leaving out ${url}: ${failure.reason}`);
        status(`${relays.length - failures.length} of ${relays.length} relays`);
        continue;
      }
      const { state, gaps, ...delivery } = result.value;
      states.set(url, state);
      const { records, counts } = writer.write(delivery);
      yield { records: [...gaps, ...records], counts, position: position() };
      take(url);
    }
  } finally {
    stop.abort();
    await Promise.allSettled(turns.values());
    for (const reading of readings.values()) await reading.return({});
  }
  if (failures.length === relays.length && !signal.aborted)
    throw new UserError(
      'unavailable',
      `nostr: no relay can be read (${failures.map(({ reason }) => reason).join('; ')})`,
      'Name other relays with --nostr-relays, or run `cryptopipe doctor sources --source nostr`.',
      failures.some(({ isFinal }) => !isFinal),
    );
}
