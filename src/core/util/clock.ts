import type { Millis } from './time.ts';

/**
 * Time and waiting, injected so that tests control them. The wall clock is for dates only, since it may be set at any
 * moment; intervals (commits, timeouts, leases) are differences of `monotonic` times.
 */
export interface Clock {
  /** Wall clock: milliseconds since 1970, UTC. May jump forward and back. */
  readonly now: () => Millis;
  /**
   * Milliseconds since a moment before the machine's start-up, the same for all its processes. Never goes back; pauses
   * while the machine is suspended.
   */
  readonly monotonic: () => Millis;
  /** Resolves after `span` or when one of the signals aborts; never rejects. */
  readonly sleep: (span: Millis, ...signals: readonly (AbortSignal | undefined)[]) => Promise<void>;
}
