import { formatSpan, type Millis } from '../../core/time.ts';
import type { SourceContext } from '../source.ts';
import { type Backoff, backoff } from './backoff.ts';
import { judge, type Verdict } from './judge.ts';
import { Trouble } from './trouble.ts';

type Surroundings = Pick<SourceContext, 'signal' | 'sleep' | 'warn' | 'info' | 'random'>;

/** Waits between tries, by X's figures, and says what is waited for: once for each reason, until all is well again. */
export interface Patience {
  /** Judges the trouble. Throws the Problem of one that does not pass; else waits, and returns what was the matter. */
  after(error: unknown): Promise<Verdict & { act: 'wait' }>;
  well(): void;
}

const rounded = (wait: Millis): string => formatSpan(wait < 1000 ? wait : Math.round(wait / 1000) * 1000);

export function patience(
  { sleep, warn, info, random }: Surroundings,
  waits: Backoff = backoff(random),
): Patience {
  const said = new Set<string>();
  return {
    async after(error) {
      if (!(error instanceof Trouble)) throw error;
      const verdict = judge(error);
      if (verdict.act === 'stop') throw verdict.problem;
      const wait = waits.next(verdict.cause, error.askedMs);
      if (!said.has(verdict.reason)) {
        said.add(verdict.reason);
        const hint = verdict.hint === undefined ? '' : `; ${verdict.hint}`;
        warn(`X: ${verdict.reason} (${error.message}); trying again in ${rounded(wait)}${hint}`);
      }
      await sleep(wait);
      return verdict;
    },
    well() {
      if (said.size > 0) info('X answers again');
      said.clear();
      waits.reset();
    },
  };
}

/** Repeats a call until X does it. Undefined when the source was asked to stop; throws the Problem that ends it. */
export async function persist<T>(context: Surroundings, step: () => Promise<T>): Promise<T | undefined> {
  const patient = patience(context);
  while (!context.signal.aborted)
    try {
      const done = await step();
      patient.well();
      return done;
    } catch (error) {
      await patient.after(error);
    }
  return undefined;
}
