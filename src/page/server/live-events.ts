import type { Clock } from '../../core/util/clock.ts';
import { type Millis, SECOND } from '../../core/util/time.ts';
import type { BusFeed } from '../feed/bus-feed.ts';
import type { StageRow, StatusMessage } from '../model/wire.ts';
import { type EventClients, eventBytes } from './event-clients.ts';
import { SendingPace } from './sending-pace.ts';

/** The pauses between changes: a record waits for at most one. */
const PAUSE_MS: Millis = 250;
const MOST_PAUSE_MS: Millis = 2 * SECOND;
/** A page treats a server that is silent for four times as long as gone. */
const STATUS_MS: Millis = 2 * SECOND;

const STILL_HERE = Buffer.from(': still here\n\n');

export interface LiveEvents {
  readonly feed: BusFeed;
  readonly clients: EventClients;
  readonly clock: Clock;
  /** The event of the state of the stages. */
  readonly status: () => Promise<Buffer>;
  readonly warn: (message: string) => void;
}

/** Sends what changed and, with it, the state of the stages to all clients, until the signal aborts. */
export async function sendEvents(live: LiveEvents, signal: AbortSignal): Promise<void> {
  const { feed, clients, clock } = live;
  const pace = new SendingPace(PAUSE_MS, MOST_PAUSE_MS);
  let sent = feed.version;
  let statusAt = clock.monotonic();
  let pauseMs = PAUSE_MS;
  for (;;) {
    await clock.sleep(pauseMs, signal);
    if (signal.aborted) return;
    pauseMs = PAUSE_MS;
    const isDue = clock.monotonic() - statusAt >= STATUS_MS;
    if (clients.size === 0 || (feed.version === sent && !isDue)) continue;
    const status = isDue ? await statusOrSign(live) : undefined;
    const startedAt = clock.monotonic();
    if (isDue) statusAt = startedAt;
    const isChanged = feed.version !== sent;
    sent = feed.version;
    const id = feed.eventId();
    clients.advance(feed.position(), (selection, after) => {
      const changes = isChanged ? [eventBytes('changes', feed.view.rows(selection, after), id)] : [];
      return Buffer.concat(status === undefined ? changes : [...changes, status]);
    });
    pauseMs = pace.pauseAfter(clock.monotonic() - startedAt);
  }
}

/** The state of the stages; a sign of life if it cannot be read. */
async function statusOrSign({ status, warn }: LiveEvents): Promise<Buffer> {
  try {
    return await status();
  } catch (error) {
    warn(`page: ${error instanceof Error ? error.message : String(error)}`);
    return STILL_HERE;
  }
}

/** A status is made at most once in this time, for all open pages together. */
const STATUS_KEPT_MS: Millis = SECOND;

interface StatusParts extends Pick<LiveEvents, 'feed' | 'clock'> {
  readonly stages: () => Promise<readonly StageRow[]>;
}

/** The event of the state of the stages, at most a second old. */
export function statusReader({ feed, clock, stages }: StatusParts): () => Promise<Buffer> {
  let made: { readonly at: Millis; readonly event: Promise<Buffer> } | undefined;
  const make = async (): Promise<Buffer> => {
    const status: StatusMessage = {
      now: clock.now(),
      behind: feed.behind,
      stages: await stages(),
      coins: feed.view.coins(),
    };
    return eventBytes('status', status);
  };
  return () => {
    const at = clock.monotonic();
    if (made === undefined || at - made.at >= STATUS_KEPT_MS) made = { at, event: make() };
    return made.event;
  };
}
