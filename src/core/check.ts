/** `warn`: it runs, but at a risk or not for long. `bad`: it does not run, or it loses records. */
export type Severity = 'ok' | 'warn' | 'bad';

/** The result of one check. Its texts contain no secrets. */
export interface Check {
  readonly severity: Severity;
  /** `topic prices`, `broker 127.0.0.1:9092`. */
  readonly what: string;
  readonly detail: string;
  /** What to do: a command to copy if there is one, otherwise a sentence. */
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
  severity: 'bad',
  what,
  detail,
  hint,
});
