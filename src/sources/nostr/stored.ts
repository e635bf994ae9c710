import { jsonText } from '../../core/util/json.ts';
import type { BrokenMessage, Delivery, ReceivedEvent, RelayConnection } from './connection.ts';
import type { NostrFilter } from './filters.ts';

/** A span of author's time, in seconds, both included, and the stored events in it. */
export interface StoredSlice extends Delivery {
  readonly until: number;
  /** False if the relay could not give all: too many in one second, or in the slice. */
  readonly isWhole: boolean;
}

/** Events held at most until their slice is complete. */
const MOST_EVENTS = 20_000;
const HOUR_S = 3600;
const LONGEST_SLICE_S = 12 * HOUR_S;
const SHORTEST_SLICE_S = 60;
/** A slice with more or fewer events makes the next one shorter or longer. */
const MANY = 2000;
const FEW = 200;

const timeOf = ({ event }: ReceivedEvent): number => {
  const time = (event as { created_at?: unknown } | null)?.created_at;
  return typeof time === 'number' ? time : Number.NaN;
};
/** Whole events are compared: a forged one may have the id of another. */
const keyOf = ({ event }: ReceivedEvent): string => jsonText(event) ?? '';

/** What to ask a relay for; times in seconds of the authors' clocks. */
interface StoredRange {
  readonly since: number;
  readonly until: number;
  /** Events at once. */
  readonly limit: number;
  /** The relay says that it gives so many, so that fewer are all. */
  readonly isLimitKnown: boolean;
}

/**
 * All stored events of a filter in a range. A relay gives the newest ones up to a limit and does not say whether there are
 * more, so that pages go back in time, over each second until it has nothing new.
 */
async function pages(
  connection: RelayConnection,
  filter: NostrFilter,
  { since, until, limit, isLimitKnown }: StoredRange,
): Promise<Delivery & { readonly isWhole: boolean }> {
  const found = new Map<string, ReceivedEvent>();
  const broken: BrokenMessage[] = [];
  let isWhole = true;
  for (let end = until; end >= since; ) {
    const page = await connection.stored({ ...filter, since, until: end, limit });
    broken.push(...page.broken);
    for (const received of page.events) found.set(keyOf(received), received);
    const isFull = page.events.length >= limit;
    if (page.events.length === 0 || (isLimitKnown && !isFull)) break;
    const oldest = Math.min(...page.events.map(timeOf).filter((time) => time >= since));
    // A full page of one second may hide more of it, which cannot be asked for.
    if (oldest >= end && isFull) isWhole = false;
    end = oldest < end ? oldest : end - 1;
    if (found.size < MOST_EVENTS) continue;
    isWhole = false;
    break;
  }
  return { events: [...found.values()], broken, isWhole };
}

/** The stored events of these filters of a range, oldest first, slice by slice. */
export async function* storedSlices(
  connection: RelayConnection,
  filters: readonly NostrFilter[],
  { since, until: now, ...limits }: StoredRange,
): AsyncGenerator<StoredSlice> {
  let length = HOUR_S;
  for (let from = since; from <= now; ) {
    const until = Math.min(from + length, now);
    const events: ReceivedEvent[] = [];
    const broken: BrokenMessage[] = [];
    let isWhole = true;
    for (const filter of filters) {
      const read = await pages(connection, filter, { since: from, until, ...limits });
      events.push(...read.events);
      broken.push(...read.broken);
      isWhole &&= read.isWhole;
    }
    events.sort((a, b) => timeOf(a) - timeOf(b) || 0);
    yield { events, broken, until, isWhole };
    if (events.length > MANY) length = Math.max(SHORTEST_SLICE_S, Math.floor(length / 2));
    else if (events.length < FEW) length = Math.min(LONGEST_SLICE_S, length * 2);
    from = until + 1;
  }
}
