/** `warn`: it runs, but with a risk. `error`: it does not run, or loses records. */
export type Severity = 'ok' | 'warn' | 'error';

/** The result of one check. None of its texts contains a secret. */
export interface Check {
  readonly severity: Severity;
  /** `topic prices`, `broker 127.0.0.1:9092`. */
  readonly what: string;
  readonly detail: string;
  /** What to do: a command to paste if there is one, else a sentence. */
  readonly hint?: string;
}

export const ok = (what: string, detail: string): Check => ({ severity: 'ok', what, detail });
export const warn = (what: string, detail: string, hint: string): Check => ({
  severity: 'warn',
  what,
  detail,
  hint,
});
export const fail = (what: string, detail: string, hint: string): Check => ({
  severity: 'error',
  what,
  detail,
  hint,
});
