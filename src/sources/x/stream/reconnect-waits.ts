import { doublingDelay } from '../../../core/util/retry.ts';
import { MINUTE } from '../../../core/util/time.ts';
import { type Backoff, backoff, type Delays } from '../../shared/socket/backoff.ts';

/** Why a retry waits; X publishes reconnect delays for each. */
export type Cause = 'drop' | 'network' | 'server' | 'rate';

/** HTTP errors: 5 s, doubled up to 320 s. */
const server = doublingDelay(5_000, 320_000);

const DELAYS: Readonly<Record<Cause, Delays>> = {
  /** A stream ended: reconnect at once, then back off as for HTTP errors if streams keep ending. */
  drop: { after: (failures) => (failures === 1 ? 0 : server(failures - 1)) },
  /** TCP errors: 250 ms more each time, up to 16 s. */
  network: { after: (failures) => Math.min(16_000, 250 * failures) },
  server: { after: server },
  /** HTTP 429: one minute, doubled; a rate limit window is 15 minutes. */
  rate: { after: doublingDelay(MINUTE, 16 * MINUTE), trustsService: true },
};

export const xBackoff = (random: () => number): Backoff<Cause> => backoff(DELAYS, random);
