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
