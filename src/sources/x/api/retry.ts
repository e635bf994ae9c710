import { formatSpan, formatTime, type Millis } from '../../../core/util/time.ts';
import type { SourceContext } from '../../source.ts';
import { xBackoff } from '../stream/reconnect-waits.ts';
import { classifyError, type ErrorAction } from './classify-error.ts';
import { XApiError } from './error.ts';

type Retry = ErrorAction & { readonly act: 'wait' };

/** Decides how long to wait between attempts, and logs each reason once until an attempt succeeds. */
export interface Retries {
  /**
   * Classifies a failed call or the end of a stream, and returns the delay before the next attempt. Throws UserError for
   * a permanent error.
   */
  failed(error: unknown, of?: 'call' | 'stream'): Retry & { readonly waitMs: Millis };
  succeeded(): void;
}

const rounded = (wait: Millis): string => formatSpan(wait < 1000 ? wait : Math.round(wait / 1000) * 1000);

/** For the status line. */
export const formatOutage = (since: Millis, reason: string): string =>
  `x: away since ${formatTime(since)} (${reason})`;

export function retries({ warn, info, random }: Pick<SourceContext, 'warn' | 'info' | 'random'>): Retries {
  const waits = xBackoff(random);
  const logged = new Set<string>();
  return {
    failed(error, of) {
      if (!(error instanceof XApiError)) throw error;
      const action = classifyError(error, of);
      if (action.act === 'stop') throw action.error;
      const waitMs = waits.next(action.cause, error.requestedWaitMs);
      if (waitMs === 0) info(`X: ${error.message}; reconnecting at once`);
      else if (!logged.has(action.reason)) {
        logged.add(action.reason);
        const hint = action.hint === undefined ? '' : `; ${action.hint}`;
        warn(`X: ${action.reason} (${error.message}); trying again in ${rounded(waitMs)}${hint}`);
      }
      return { ...action, waitMs };
    },
    succeeded() {
      if (logged.size > 0) info('X answers again');
      logged.clear();
      waits.reset();
    },
  };
}

/** Repeats a call until it succeeds. Undefined when the source stops; throws UserError for a permanent error. */
export async function retryCall<T>(context: SourceContext, call: () => Promise<T>): Promise<T | undefined> {
  const { signal, now, sleep, status } = context;
  const attempts = retries(context);
  let since: Millis | undefined;
  while (!signal.aborted)
    try {
      const result = await call();
      attempts.succeeded();
      status(undefined);
      return result;
    } catch (error) {
      const { reason, waitMs } = attempts.failed(error);
      since ??= now();
      status(formatOutage(since, reason));
      await sleep(waitMs);
    }
  return undefined;
}
