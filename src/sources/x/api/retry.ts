import { formatSpan, formatTime, type Millis } from '../../../core/util/time.ts';
import type { SourceContext } from '../../source.ts';
import { backoff } from '../stream/backoff.ts';
import { judge, type Verdict } from './classify-error.ts';
import { XApiError } from './error.ts';

type Waiting = Verdict & { readonly act: 'wait' };

/** Waits between tries, by X's figures, and what is said of them: once for each reason, until all is well again. */
export interface Patience {
  /**
   * Judges trouble with a call, or the end of a stream: what is the matter, and how long to wait. Throws the Problem of
   * one that does not pass.
   */
  after(error: unknown, of?: 'call' | 'stream'): Waiting & { readonly waitMs: Millis };
  well(): void;
}

const rounded = (wait: Millis): string => formatSpan(wait < 1000 ? wait : Math.round(wait / 1000) * 1000);

/** For the status line. */
export const awayNote = (since: Millis, reason: string): string =>
  `x: away since ${formatTime(since)} (${reason})`;

export function patience({ warn, info, random }: Pick<SourceContext, 'warn' | 'info' | 'random'>): Patience {
  const waits = backoff(random);
  const said = new Set<string>();
  return {
    after(error, of) {
      if (!(error instanceof XApiError)) throw error;
      const verdict = judge(error, of);
      if (verdict.act === 'stop') throw verdict.problem;
      const waitMs = waits.next(verdict.cause, error.askedMs);
      if (waitMs === 0) info(`X: ${error.message}; reconnecting at once`);
      else if (!said.has(verdict.reason)) {
        said.add(verdict.reason);
        const hint = verdict.hint === undefined ? '' : `; ${verdict.hint}`;
        warn(`X: ${verdict.reason} (${error.message}); trying again in ${rounded(waitMs)}${hint}`);
      }
      return { ...verdict, waitMs };
    },
    well() {
      if (said.size > 0) info('X answers again');
      said.clear();
      waits.reset();
    },
  };
}

/** Repeats a call until X does it. Undefined when the source was asked to stop; throws the Problem that ends it. */
export async function persist<T>(context: SourceContext, step: () => Promise<T>): Promise<T | undefined> {
  const { signal, now, sleep, status } = context;
  const patient = patience(context);
  let since: Millis | undefined;
  while (!signal.aborted)
    try {
      const done = await step();
      patient.well();
      status(undefined);
      return done;
    } catch (error) {
      const { reason, waitMs } = patient.after(error);
      since ??= now();
      status(awayNote(since, reason));
      await sleep(waitMs);
    }
  return undefined;
}
