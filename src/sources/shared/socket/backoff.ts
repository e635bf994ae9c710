import type { Millis } from '../../../core/util/time.ts';

/** The delays for one cause of failure. */
export interface Delays {
  /** The delay after this many failures in a row, from 1. */
  readonly after: (failures: number) => Millis;
  /** The service's own delay replaces the first one, even when it is shorter. */
  readonly trustsService?: boolean;
}

/** Fraction added at most to each delay. Never subtracted: services publish minimum delays. */
const JITTER = 0.1;

export interface Backoff<Cause extends string> {
  /** The next delay for this cause; `requestedMs`: the delay that the service asked for. */
  next(cause: Cause, requestedMs?: Millis): Millis;
  /** Call after a success. */
  reset(): void;
}

/** Counts failures per cause, so that a rate limit does not lengthen the delay after a dropped connection. */
export function backoff<Cause extends string>(
  delays: Readonly<Record<Cause, Delays>>,
  random: () => number,
): Backoff<Cause> {
  const failures = new Map<Cause, number>();
  return {
    next(cause, requestedMs) {
      const count = (failures.get(cause) ?? 0) + 1;
      failures.set(cause, count);
      const { after, trustsService = false } = delays[cause];
      const usesRequested = trustsService && count === 1 && requestedMs !== undefined;
      const delay = usesRequested ? requestedMs : Math.max(after(count), requestedMs ?? 0);
      return Math.ceil(delay * (1 + JITTER * random()));
    },
    reset: () => failures.clear(),
  };
}
