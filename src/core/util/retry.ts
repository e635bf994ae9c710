import { UserError } from '../errors.ts';
import type { Clock } from './clock.ts';
import { formatSpan, type Millis } from './time.ts';

/** Backoff: the first wait and the longest. */
const FIRST_WAIT_MS: Millis = 50;
const LONGEST_WAIT_MS: Millis = 5000;
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
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, wait * 2)) {
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
      await clock.sleep(Math.min(wait, Math.max(1, maxWaitMs - waited)));
    }
  }
}
