import { UserError } from '../../../core/errors.ts';
import { doublingDelay } from '../../../core/util/retry.ts';
import type { Millis } from '../../../core/util/time.ts';
import type { SourceContext, Waits } from '../../source.ts';
import { wait } from '../poll/wait.ts';
import { HttpError } from './http-error.ts';

/** Attempts per poll. */
export const TRIES = 20;
const delayAfter = doublingDelay(1000, 30_000);
/** The longest wait requested by a service that `--once` accepts. */
const LONGEST_WAIT_ONCE_MS: Millis = 120_000;

/** The delay after the given attempt, from 1. Half of it is random so that clients spread out. */
const waitAfter = (tried: number, random: () => number): Millis => delayAfter(tried) * (0.5 + random() / 2);

/** Ends a one-shot run whose service gave no usable answer in all attempts. */
export const noUsableAnswer = (source: string, { message }: HttpError): UserError =>
  new UserError(
    'unavailable',
    `${source}: no usable answer: ${message}`,
    'Run `cryptopipe doctor sources`, or try again later.',
    true,
  );

/**
 * Runs a step until it succeeds, at most 20 times, with growing delays or those that the service requests. Throws the
 * last HttpError, any other error at once, and under `once` an error that requests a long wait.
 */
export async function withRetries<T>(
  step: () => Promise<T>,
  failed: (error: HttpError, tried: number) => void,
  context: Waits & Pick<SourceContext, 'random' | 'once' | 'meter'>,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof HttpError) || context.signal.aborted) throw error;
      failed(error, tried);
      context.meter?.('retries');
      if (tried === TRIES || (context.once && error.waitMs > LONGEST_WAIT_ONCE_MS)) throw error;
      await wait(Math.max(error.waitMs, waitAfter(tried, context.random)), context);
      if (context.signal.aborted) throw error;
    }
  }
}
