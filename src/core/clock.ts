import type { Millis } from './time.ts';

/** Time and waiting, handed in so that tests turn them by hand. */
export interface Clock {
  readonly now: () => Millis;
  /** Resolves after `span`, or at once when one of the signals aborts; never rejects. */
  readonly sleep: (span: Millis, ...signals: readonly (AbortSignal | undefined)[]) => Promise<void>;
}
