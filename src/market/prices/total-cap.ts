import { joinKey } from '../../core/text/key.ts';
import { DAY, formatTime, type Millis } from '../../core/util/time.ts';

/** The market cap of a coin as reported by one source. Its time is epoch ms. */
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
  /** Number of coins in the total. */
  readonly coins: number;
  /** Coins seen within the last 24 hours whose cap is too old to count; sorted. */
  readonly missing: readonly string[];
  /** False while a known coin is missing: the total is then of the others only. */
  readonly final: boolean;
  /** Each coin's share of the total, 0..1. */
  readonly dominance: Readonly<Record<string, number>>;
  /** Larger for a row that `process replay` has computed again. */
  readonly revision: number;
}

/** A coin that is not seen for this long is forgotten. */
export const FORGET_AFTER_MS = DAY;

/** Newer; on equal times larger, since symbols are not unique and the larger coin is usually meant. */
const newer = (a: Cap, b: Cap): boolean => a.time > b.time || (a.time === b.time && a.cap > b.cap);

/** Sources whose caps count only while no other source has a fresh one, so that a total does not switch between two. */
const SUBSTITUTES: ReadonlySet<string> = new Set(['coingecko']);

/**
 * The row of a minute from the caps at or before it, in any order. Of each coin the newest cap counts, once; CoinGecko's
 * only if no other is fresh. Undefined if none is younger than `maxAgeMs`. The sum runs in order of coins, so the same
 * caps give the same bits.
 */
export function totalAt(minute: Millis, caps: readonly Cap[], maxAgeMs: Millis): MarketCap | undefined {
  const isPreferred = ({ source, time }: Cap): boolean =>
    !SUBSTITUTES.has(source) && time > minute - maxAgeMs;
  const isBetter = (a: Cap, b: Cap): boolean =>
    isPreferred(a) === isPreferred(b) ? newer(a, b) : isPreferred(a);
  const newest = new Map<string, Cap>();
  for (const cap of caps) {
    const best = newest.get(cap.coin);
    if (cap.time > minute - FORGET_AFTER_MS && (best === undefined || isBetter(cap, best)))
      newest.set(cap.coin, cap);
  }
  const known = [...newest.values()].sort((a, b) => (a.coin < b.coin ? -1 : 1));
  const fresh = known.filter(({ time }) => time > minute - maxAgeMs);
  if (fresh.length === 0) return undefined;
  const missing = known.filter(({ time }) => time <= minute - maxAgeMs).map(({ coin }) => coin);
  const total = fresh.reduce((sum, { cap }) => sum + cap, 0);
  return {
    time: formatTime(minute),
    quote: fresh[0]!.quote,
    total_market_cap: total,
    coins: fresh.length,
    missing,
    final: missing.length === 0,
    dominance: Object.fromEntries(fresh.map(({ coin, cap }) => [coin, cap / total])),
    revision: 1,
  };
}

/** Record key of topic `market-cap`. */
export const marketCapKey = ({ quote, time }: MarketCap): string => joinKey(quote, time);
