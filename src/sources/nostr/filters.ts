import { COINS } from '../../market/text/coin-list.ts';

/** A subscription's condition (NIP-01); times in whole seconds. */
export interface NostrFilter {
  readonly kinds: readonly number[];
  readonly '#t'?: readonly string[];
  readonly since?: number;
  readonly until?: number;
  /** For stored events only. */
  readonly limit?: number;
}

/** Number of coins, the largest first, so that a subscription stays small. */
const BY_DEFAULT = 100;

const joined = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '');

/**
 * The hashtags of these coins, lower-case: symbol, name and further names. Without coins, those of the largest that
 * have no everyday meaning.
 */
export function hashtagsOf(coins: readonly string[]): readonly string[] {
  if (coins.length === 0)
    return [...new Set(COINS.slice(0, BY_DEFAULT).flatMap(({ words }) => words.map(joined)))];
  const namesOf = (coin: string): readonly string[] => {
    const known = COINS.find(({ symbol }) => symbol === coin);
    if (known === undefined) return [coin];
    const { symbol, name, words, tags = [] } = known;
    return [symbol, name, ...words, ...tags];
  };
  return [...new Set(coins.flatMap(namesOf).map(joined))];
}

/** What a run reads: posts and reposts with one of the hashtags, and all deletions, which have none. */
export const nostrFilters = (hashtags: readonly string[]): readonly NostrFilter[] => [
  { kinds: [1, 6], '#t': hashtags },
  { kinds: [5] },
];
