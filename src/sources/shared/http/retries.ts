import type { Millis } from '../../../core/util/time.ts';
import type { SourceContext, Waits } from '../../source.ts';
import { wait } from '../poll/wait.ts';
import { HttpError } from './http-error.ts';

/** Tries of one poll; as many as the lake-house project makes. */
export const TRIES = 20;
const FIRST_WAIT_MS: Millis = 1000;
const LONGEST_WAIT_MS: Millis = 30_000;
/** A single run waits no longer than this because a service asks it to. */
const LONGEST_WAIT_ONCE_MS: Millis = 120_000;

/** The wait after the try of this number, from 1: doubling, half of it by chance, so that many clients part. */
const waitAfter = (tried: number, random: () => number): Millis =>
  Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tried - 1)) * (0.5 + random() / 2);

/**
 * Runs a step until it succeeds, 20 times at most, with growing waits or those that the service asks for. Throws the
 * last Trouble, and at once what is none; under `once` also one that asks for a long wait.
 */
export async function withRetries<T>(
  step: () => Promise<T>,
  failed: (trouble: HttpError, tried: number) => void,
  context: Waits & Pick<SourceContext, 'random' | 'once'>,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof HttpError) || context.signal.aborted) throw error;
      failed(error, tried);
      if (tried === TRIES || (context.once && error.waitMs > LONGEST_WAIT_ONCE_MS)) throw error;
      await wait(Math.max(error.waitMs, waitAfter(tried, context.random)), context);
      if (context.signal.aborted) throw error;
    }
  }
}
