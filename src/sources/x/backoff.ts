import type { Millis } from '../../core/time.ts';

/** What a wait is for; X publishes a figure for each (APIS.md section 4). */
export type Cause = 'network' | 'server' | 'rate';

const FIGURES: Readonly<Record<Cause, (tries: number) => Millis>> = {
  /** TCP errors: 250 ms more each time, to 16 s. */
  network: (tries) => Math.min(16_000, 250 * tries),
  /** HTTP errors: 5 s, doubled to 320 s. */
  server: (tries) => Math.min(320_000, 5_000 * 2 ** (tries - 1)),
  /** HTTP 429: a minute, doubled; a window of the rate limits is 15 minutes. */
  rate: (tries) => Math.min(960_000, 60_000 * 2 ** (tries - 1)),
};
/** Added to each wait at most, as a share of it: never earlier than X's figures. */
const JITTER = 0.1;

export interface Backoff {
  /** The next wait for this cause; `askedMs`: what X itself asked for. */
  next(cause: Cause, askedMs?: Millis): Millis;
  /** A try has succeeded: waits begin anew. */
  reset(): void;
}

export function backoff(random: () => number): Backoff {
  let tries = { network: 0, server: 0, rate: 0 };
  return {
    next(cause, askedMs) {
      const figure = FIGURES[cause](++tries[cause]);
      const isFirst = cause === 'rate' && tries.rate === 1;
      const wait = askedMs !== undefined && isFirst ? askedMs : Math.max(figure, askedMs ?? 0);
      return Math.ceil(wait * (1 + JITTER * random()));
    },
    reset() {
      tries = { network: 0, server: 0, rate: 0 };
    },
  };
}
