import { joinKey } from '../../core/text/key.ts';

/** A value of topics `bars-*`: what happened from `start` up to, not including, `end`. Times are ISO 8601 UTC. */
export interface Bar {
  readonly source: string;
  /** Lower-case symbols; prices are in units of `quote` for one `base`. */
  readonly base: string;
  readonly quote: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Traded amount in units of `base`; null or absent if unknown. */
  readonly volume?: number | null;
  /** Traded amount in units of `quote`. */
  readonly quote_volume?: number | null;
  /** Number of trades. */
  readonly trades?: number | null;
  readonly start: string;
  readonly end: string;
  /** False for a bar that was still running when it was read. */
  readonly final: boolean;
  readonly received_at?: string;
}

/** Record key of topics `bars-*`: the pair, the bar's length as a span (`5m`) and its start. */
export const barKey = ({ base, quote, start }: Bar, interval: string): string =>
  joinKey(base, quote, `${interval}@${start}`);
