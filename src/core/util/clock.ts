import type { Millis } from './time.ts';

/**
 * Time and waiting, handed in so that tests turn them by hand. The wall clock dates things and may be set at any
 * moment; every interval (commits, time-outs, leases) is the difference of two `monotonic` times.
 */
export interface Clock {
  /** Wall clock: milliseconds since 1970, UTC. May jump forward and back. */
  readonly now: () => Millis;
  /**
   * Milliseconds since some moment before the machine's start-up: the same moment for all processes of a machine.
   * Never goes back, whatever is done to the wall clock. It stands still while the machine is suspended.
   */
  readonly monotonic: () => Millis;
  /** Resolves after `span`, or at once when one of the signals aborts; never rejects. */
  readonly sleep: (span: Millis, ...signals: readonly (AbortSignal | undefined)[]) => Promise<void>;
}
