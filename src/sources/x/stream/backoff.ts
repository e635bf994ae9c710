import type { Millis } from '../../../core/util/time.ts';

/** What a wait is for; X publishes a figure for each (APIS.md section 4). */
export type Cause = 'drop' | 'network' | 'server' | 'rate';

/** HTTP errors: 5 s, doubled to 320 s. */
const server = (tries: number): Millis => Math.min(320_000, 5_000 * 2 ** (tries - 1));

const FIGURES: Readonly<Record<Cause, (tries: number) => Millis>> = {
  /** A stream has ended: at once; when the next ones do not last either, as if X had refused them. */
  drop: (tries) => (tries === 1 ? 0 : server(tries - 1)),
  /** TCP errors: 250 ms more each time, to 16 s. */
  network: (tries) => Math.min(16_000, 250 * tries),
  server,
  /** HTTP 429: a minute, doubled; a window of the rate limits is 15 minutes. */
  rate: (tries) => Math.min(960_000, 60_000 * 2 ** (tries - 1)),
};
/** Added to each wait at most, as a share of it: never earlier than X's figures. */
const JITTER = 0.1;

export interface Backoff {
  /** The next wait for this cause; `askedMs`: what X itself asked for. */
  next(cause: Cause, askedMs?: Millis): Millis;
  /** All is well: waits begin anew. */
  reset(): void;
}

export function backoff(random: () => number): Backoff {
  const none: Readonly<Record<Cause, number>> = { drop: 0, network: 0, server: 0, rate: 0 };
  let tries = { ...none };
  return {
    next(cause, askedMs) {
      const figure = FIGURES[cause](++tries[cause]);
      const isFirst = cause === 'rate' && tries.rate === 1;
      const wait = askedMs !== undefined && isFirst ? askedMs : Math.max(figure, askedMs ?? 0);
      return Math.ceil(wait * (1 + JITTER * random()));
    },
    reset() {
      tries = { ...none };
    },
  };
}
