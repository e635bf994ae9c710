import { Problem } from '../../../core/problem.ts';
import { rootOf } from '../errors.ts';

/** `warn`: it runs, but not as safely or not for long. `bad`: it does not run, or loses records. */
export type Verdict = 'ok' | 'warn' | 'bad';

/** One thing that was looked at. None of its texts holds a secret. */
export interface Finding {
  readonly verdict: Verdict;
  /** `topic prices`, `broker 127.0.0.1:9092`. */
  readonly what: string;
  readonly detail: string;
  /** What to do: a command to be copied where there is one, else a sentence. */
  readonly remedy?: string;
}

export const ok = (what: string, detail: string): Finding => ({ verdict: 'ok', what, detail });
export const warn = (what: string, detail: string, remedy: string): Finding => ({
  verdict: 'warn',
  what,
  detail,
  remedy,
});
export const bad = (what: string, detail: string, remedy: string): Finding => ({
  verdict: 'bad',
  what,
  detail,
  remedy,
});

const AGAIN = 'Run it again; if it stays so, look at the log of the brokers.';

/** A look that ended in an error. `silent`: what to do when the cluster did not answer. */
export function failed(what: string, error: unknown, silent = AGAIN): Finding {
  if (!(error instanceof Problem)) return bad(what, rootOf(error)?.message ?? String(error), silent);
  // That remedy is to call the doctor.
  return bad(what, error.message, error.code === 'unavailable' ? silent : error.remedy);
}

/** `1 copy`, `3 copies`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

/** At most so many names are said; a table is for reading. */
const MOST_NAMES = 6;

export function names(all: readonly string[], most = MOST_NAMES): string {
  const rest = all.length - most;
  return rest > 1 ? `${all.slice(0, most).join(', ')} and ${rest} more` : all.join(', ');
}
