import { MINUTE, type Millis, SECOND } from '../core/time.ts';

/**
 * How far behind the clock a source's times may be: each live source stands here. One that does not (file, sample) may
 * bring any time, so the clock never moves its watermarks.
 */
export const SOURCE_LAGS: Readonly<Record<string, Millis>> = {
  /** Answers are whole minutes and cached for up to 5 minutes. */
  coinmarketcap: 6 * MINUTE,
  /** The time is that of the poll. */
  wallex: 5 * SECOND,
  x: 30 * SECOND,
};
