import type { Millis } from '../../../core/util/time.ts';
import { type Backoff, backoff, type Delays } from '../../shared/socket/backoff.ts';

/** Why a retry waits; X publishes reconnect delays for each. */
export type Cause = 'drop' | 'network' | 'server' | 'rate';

/** HTTP errors: 5 s, doubled up to 320 s. */
const server = (failures: number): Millis => Math.min(320_000, 5_000 * 2 ** (failures - 1));

const DELAYS: Readonly<Record<Cause, Delays>> = {
  /** A stream ended: reconnect at once, then back off as for HTTP errors if streams keep ending. */
  drop: { after: (failures) => (failures === 1 ? 0 : server(failures - 1)) },
  /** TCP errors: 250 ms more each time, up to 16 s. */
  network: { after: (failures) => Math.min(16_000, 250 * failures) },
  server: { after: server },
  /** HTTP 429: one minute, doubled; a rate limit window is 15 minutes. */
  rate: { after: (failures) => Math.min(960_000, 60_000 * 2 ** (failures - 1)), trustsService: true },
};

export const xBackoff = (random: () => number): Backoff<Cause> => backoff(DELAYS, random);
