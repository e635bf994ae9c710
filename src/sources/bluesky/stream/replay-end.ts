import { type Millis, SECOND } from '../../../core/util/time.ts';

/** Judges the pace of a stream over this long. */
const PACE_MS: Millis = 10 * SECOND;
/** A replay brings events at many times the speed at which they happened. */
const REPLAY_PACE = 2;

/** An earlier batch. */
interface Earlier {
  readonly eventTime: Millis;
  readonly monotonicAt: Millis;
}

/**
 * Tells when a stream has brought what there was when it opened: an event from after that; or, where the server's clock is behind
 * ours, events at the pace of the clock.
 */
export class ReplayEnd {
  readonly #openedAt: Millis;
  #earlier: Earlier | undefined;

  /** `openedAt`: by the wall clock. */
  constructor(openedAt: Millis) {
    this.#openedAt = openedAt;
  }

  /** Whether the replay is over, after a batch of which this is the largest event time. */
  isReached(eventTime: Millis, monotonicAt: Millis): boolean {
    if (eventTime >= this.#openedAt) return true;
    this.#earlier ??= { eventTime, monotonicAt };
    const passed = monotonicAt - this.#earlier.monotonicAt;
    if (passed < PACE_MS) return false;
    const isLive = eventTime - this.#earlier.eventTime < REPLAY_PACE * passed;
    this.#earlier = { eventTime, monotonicAt };
    return isLive;
  }
}
