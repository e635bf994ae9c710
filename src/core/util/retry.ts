import { UserError } from '../errors.ts';
import type { Clock } from './clock.ts';
import { formatSpan, type Millis } from './time.ts';

/** The first wait before another try, and the longest. */
const FIRST_WAIT_MS: Millis = 50;
const LONGEST_WAIT_MS: Millis = 5000;
/** Trouble that passes sooner than this is not worth a line. */
const SAY_AFTER_MS: Millis = 3000;

/** A service that may be away, and how long it is waited for. */
export interface RetryPolicy {
  readonly clock: Clock;
  /** Longest time without an answer; infinite for stages that go on. */
  readonly patienceMs: Millis;
  readonly warn: (message: string) => void;
}

/**
 * Runs a step until it succeeds, with growing waits. `passing`: the reason, when an error may pass by itself; undefined
 * for one that is thrown at once. Throws Problem `unavailable` after `patienceMs` of errors that pass.
 */
export async function retry<T>(
  service: string,
  { clock, patienceMs, warn }: RetryPolicy,
  passing: (error: unknown) => string | undefined,
  step: () => Promise<T>,
): Promise<T> {
  const begun = clock.monotonic();
  let said = false;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, wait * 2)) {
    try {
      const answer = await step();
      if (said) warn(`${service} answers again`);
      return answer;
    } catch (error) {
      const why = passing(error);
      if (why === undefined) throw error;
      const waited = clock.monotonic() - begun;
      if (waited >= patienceMs)
        throw new UserError(
          'unavailable',
          `${service} has not answered for ${formatSpan(Math.round(waited / 1000) * 1000)}: ${why}`,
          'Start it. The runs of stages wait longer with --max-wait, and without --once as long as it takes.',
          true,
          { cause: error },
        );
      if (!said && waited >= SAY_AFTER_MS) {
        said = true;
        warn(`${service} does not answer (${why}); trying again`);
      }
      await clock.sleep(Math.min(wait, Math.max(1, patienceMs - waited)));
    }
  }
}
