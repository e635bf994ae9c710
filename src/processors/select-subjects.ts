import type { TweetBody } from '../market/posts/body.ts';
import { coinOf, findCoins } from '../market/text/coins.ts';

/** What a record is about; the coin is null for a rule's tag without one. */
export interface Subject {
  readonly tag: string;
  readonly coin: string | null;
}

/** The subject of every post under `--all-posts`. */
export const ANYTHING: readonly Subject[] = [{ tag: 'all', coin: null }];

/** The coins and tags of a post's rules in X's order, then the coins in order of mention; each once. */
export function subjectsOf(body: TweetBody): readonly Subject[] {
  const subjects = new Map<string, Subject>();
  const add = (tag: string, coin: string | null): void => {
    if (!subjects.has(tag)) subjects.set(tag, { tag, coin });
  };
  for (const tag of body.tags) {
    const coin = coinOf(tag);
    if (coin === undefined) add(tag, null);
    else add(coin, coin);
  }
  for (const coin of findCoins(body)) add(coin, coin);
  return [...subjects.values()];
}

/** The subjects that `--coin` selects. Unknown symbols are matched by the tag of their rule. */
export function ofCoins(subjects: readonly Subject[], coins: readonly string[]): readonly Subject[] {
  if (coins.length === 0) return subjects;
  return subjects.flatMap((subject) => {
    const { tag, coin } = subject;
    if (coin !== null) return coins.includes(coin) ? [subject] : [];
    const symbol = tag.trim().replace(/^[#$]/, '').toLowerCase();
    return coins.includes(symbol) ? [{ tag: symbol, coin: symbol }] : [];
  });
}
