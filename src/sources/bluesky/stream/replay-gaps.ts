import type { NewRecord } from '../../../core/stream/record.ts';
import { type Millis, SECOND } from '../../../core/util/time.ts';
import { gapRecord } from '../../shared/gaps.ts';

interface OpenReplayGap {
  readonly from: Millis;
  /** Distinct reasons, oldest first. */
  readonly reasons: readonly string[];
}

/** When the service was last seen, by our clock, and the gap that a replay has not closed yet. */
export interface GapState {
  readonly lastSeen: Millis;
  readonly open: OpenReplayGap | null;
}

/** A last event this much later than the time at which the service was last seen came by a replay. */
const REPLAYED_MS: Millis = 10 * SECOND;

/**
 * Gaps of a service that replays. A gap is backfilled when the replay began at or before the last stored event, and has
 * reached the time of the reconnect. What lies between the last stored event and a later beginning is missed.
 */
export class ReplayGaps {
  #lastSeen: Millis;
  #open: OpenReplayGap | null;
  /** When the current connection opened; undefined until its first event has come. */
  #until: Millis | undefined;

  constructor({ lastSeen, open }: GapState) {
    this.#lastSeen = lastSeen;
    this.#open = open;
  }

  /** For messages: since when nothing has come. */
  get since(): Millis {
    return this.#open?.from ?? this.#lastSeen;
  }

  /** Whether a replay has yet to bring what was missed. */
  get isOpen(): boolean {
    return this.#open !== null;
  }

  seen(at: Millis): void {
    this.#lastSeen = at;
  }

  disconnected(reason: string): void {
    const { from, reasons } = this.#open ?? { from: this.#lastSeen, reasons: [] };
    this.#until = undefined;
    this.#open = { from, reasons: reasons.includes(reason) ? reasons : [...reasons, reason] };
  }

  /**
   * The first event of a connection that opened at `openedAt` has time `first`; `last` is the time of the last stored one,
   * undefined if the replay began there or before. Returns the marker of what is missed.
   */
  replayed(first: Millis, last: Millis | undefined, openedAt: Millis): readonly NewRecord[] {
    if (this.#open === null) return [];
    this.#until = openedAt;
    if (last === undefined) return [];
    const { from, reasons } = this.#open;
    this.#open = first < openedAt ? { from: first, reasons } : null;
    // A replay had brought the events up to the last one. Otherwise the two differ by the clocks' difference.
    if (last - from > REPLAYED_MS)
      return [this.#marker(from, last, reasons, true), this.#marker(last, first, reasons, false)];
    return [this.#marker(Math.min(from, last), first, reasons, false)];
  }

  /** Events up to this time have come. Returns the marker of the gap that they close. */
  reached(time: Millis): readonly NewRecord[] {
    if (this.#open === null || this.#until === undefined || time < this.#until) return [];
    const { from, reasons } = this.#open;
    this.#open = null;
    return [this.#marker(from, this.#until, reasons, true)];
  }

  state(): GapState {
    return { lastSeen: this.#lastSeen, open: this.#open };
  }

  #marker(from: Millis, to: Millis, reasons: readonly string[], backfilled: boolean): NewRecord {
    return gapRecord({ source: 'bluesky', from, to, reason: reasons.join(', '), backfilled });
  }
}
