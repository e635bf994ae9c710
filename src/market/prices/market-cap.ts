import { joinKey } from '../../core/text/key.ts';
import { DAY, formatTime, type Millis } from '../../core/util/time.ts';

/** What one source said of the worth of all units of one coin. Its time is epoch ms. */
export interface Cap {
  readonly time: Millis;
  readonly source: string;
  readonly coin: string;
  readonly quote: string;
  /** In units of `quote`. */
  readonly cap: number;
}

/** A value of topic `market-cap`. */
export interface MarketCap {
  /** A whole minute, ISO 8601 UTC. */
  readonly time: string;
  readonly quote: string;
  /** In units of `quote`; each coin once. */
  readonly total_market_cap: number;
  /** How many coins the total holds. */
  readonly coins: number;
  /** Coins seen within the last 24 hours, but too long ago to count; sorted. */
  readonly missing: readonly string[];
  /** Each coin's share of the total, 0..1. */
  readonly dominance: Readonly<Record<string, number>>;
}

/** A coin not seen for this long is no longer known. */
export const KNOWN_MS = DAY;

/** The newer of two; at one time the larger, for symbols are not unique and the larger coin is the one meant. */
const newer = (a: Cap, b: Cap): boolean => a.time > b.time || (a.time === b.time && a.cap > b.cap);

/**
 * The row of a minute from the newest caps at or before it, in any order and with any number of a coin: the newest
 * counts, once. Undefined when none is younger than `maxAgeMs`. The sum runs in order of coins, so that the same caps
 * give the same bits.
 */
export function totalAt(minute: Millis, caps: readonly Cap[], maxAgeMs: Millis): MarketCap | undefined {
  const newest = new Map<string, Cap>();
  for (const cap of caps) {
    const best = newest.get(cap.coin);
    if (cap.time > minute - KNOWN_MS && (best === undefined || newer(cap, best))) newest.set(cap.coin, cap);
  }
  const known = [...newest.values()].sort((a, b) => (a.coin < b.coin ? -1 : 1));
  const fresh = known.filter(({ time }) => time > minute - maxAgeMs);
  if (fresh.length === 0) return undefined;
  const total = fresh.reduce((sum, { cap }) => sum + cap, 0);
  return {
    time: formatTime(minute),
    quote: fresh[0]!.quote,
    total_market_cap: total,
    coins: fresh.length,
    missing: known.filter(({ time }) => time <= minute - maxAgeMs).map(({ coin }) => coin),
    dominance: Object.fromEntries(fresh.map(({ coin, cap }) => [coin, cap / total])),
  };
}

/** Record key of topic `market-cap`. */
export const marketCapKey = ({ quote, time }: MarketCap): string => joinKey(quote, time);
