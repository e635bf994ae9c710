import { UserError } from '../errors.ts';
import type { Clock } from './clock.ts';
import { formatSpan, type Millis } from './time.ts';

/** The delay after this many failures in a row, from 1: `first`, doubled each time, at most `longest`. */
export const doublingDelay =
  (first: Millis, longest: Millis): ((failures: number) => Millis) =>
  (failures) =>
    Math.min(longest, first * 2 ** (failures - 1));

const delayAfter = doublingDelay(50, 5000);
/** Shorter outages are not logged. */
const WARN_AFTER_MS: Millis = 3000;

/** How long to wait for a service that does not answer. */
export interface RetryPolicy {
  readonly clock: Clock;
  /** Maximum time without an answer; infinite for stages that run until they are stopped. */
  readonly maxWaitMs: Millis;
  readonly warn: (message: string) => void;
}

/**
 * Retries a step with exponential backoff. `transient` returns the reason of a transient error; any other error is thrown
 * at once. Throws UserError `unavailable` after `maxWaitMs` of transient errors.
 */
export async function retry<T>(
  service: string,
  { clock, maxWaitMs, warn }: RetryPolicy,
  transient: (error: unknown) => string | undefined,
  step: () => Promise<T>,
): Promise<T> {
  const startedAt = clock.monotonic();
  let warned = false;
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await step();
      if (warned) warn(`${service} answers again`);
      return answer;
    } catch (error) {
      const why = transient(error);
      if (why === undefined) throw error;
      const waited = clock.monotonic() - startedAt;
      if (waited >= maxWaitMs)
        throw new UserError(
          'unavailable',
          `${service} has not answered for ${formatSpan(Math.round(waited / 1000) * 1000)}: ${why}`,
          'Start the service. To wait longer, set --max-wait; stages without --once wait forever.',
          true,
          { cause: error },
        );
      if (!warned && waited >= WARN_AFTER_MS) {
        warned = true;
        warn(`${service} does not answer (${why}); trying again`);
      }
      await clock.sleep(Math.min(delayAfter(attempt), Math.max(1, maxWaitMs - waited)));
    }
  }
}
