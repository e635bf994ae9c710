/** `warn`: it runs, but not as safely or not for long. `bad`: it does not run, or loses records. */
export type Severity = 'ok' | 'warn' | 'bad';

/** One thing that was looked at. None of its texts holds a secret. */
export interface Check {
  readonly severity: Severity;
  /** `topic prices`, `broker 127.0.0.1:9092`. */
  readonly what: string;
  readonly detail: string;
  /** What to do: a command to be copied where there is one, else a sentence. */
  readonly hint?: string;
}

export const ok = (what: string, detail: string): Check => ({ severity: 'ok', what, detail });
export const warn = (what: string, detail: string, remedy: string): Check => ({
  severity: 'warn',
  what,
  detail,
  hint: remedy,
});
export const fail = (what: string, detail: string, remedy: string): Check => ({
  severity: 'bad',
  what,
  detail,
  hint: remedy,
});
