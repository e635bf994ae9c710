import type { TweetBody } from '../../market/posts/body.ts';
import type { PostSubject } from '../../market/posts/processed-post.ts';
import type { CoinEvidence } from '../../market/text/coins/mentions.ts';
import { coinOf, unlistedCoins } from '../../market/text/coins.ts';
import { findCoins } from '../../market/text/find-coins.ts';

/** The subject of every post under `--all-posts`. */
export const ANYTHING: readonly PostSubject[] = [{ tag: 'all', coin: null, why: null }];

/**
 * The coins and tags of a post's rules in X's order, then the coins in order of mention; each once. `asked`: symbols outside
 * the list whose cashtags count.
 */
export function subjectsOf(body: TweetBody, asked: ReadonlySet<string>): readonly PostSubject[] {
  const subjects = new Map<string, PostSubject>();
  const add = (tag: string, coin: string | null, why: CoinEvidence | null): void => {
    if (!subjects.has(tag)) subjects.set(tag, { tag, coin, why });
  };
  for (const tag of body.tags) {
    const coin = coinOf(tag);
    if (coin === undefined) add(tag, null, null);
    else add(coin, coin, 'rule');
  }
  for (const { coin, why } of findCoins(body, asked)) add(coin, coin, why);
  return [...subjects.values()];
}

/** The subjects that `--coin` selects. Unknown symbols are matched by their cashtag and the tag of their rule. */
export function ofCoins(subjects: readonly PostSubject[], coins: readonly string[]): readonly PostSubject[] {
  if (coins.length === 0) return subjects;
  return subjects.flatMap((subject) => {
    const { tag, coin } = subject;
    if (coin !== null) return coins.includes(coin) ? [subject] : [];
    const symbol = tag.trim().replace(/^[#$]/, '').toLowerCase();
    return coins.includes(symbol) ? [{ tag: symbol, coin: symbol, why: 'rule' }] : [];
  });
}

/** Symbols outside the list whose cashtags count; `$100` is an amount. */
export const cashtagSymbols = (coins: readonly string[]): readonly string[] =>
  unlistedCoins(coins).filter((coin) => /\D/.test(coin));

/** Warns of symbols that no name in a text selects, and of those that no text can name. */
export function coinWarnings(coins: readonly string[]): readonly string[] {
  const symbols = cashtagSymbols(coins);
  const numbers = unlistedCoins(coins).filter((coin) => !symbols.includes(coin));
  return [
    ...symbols.map((coin) => {
      const cashtag = `$${coin.toUpperCase()}`;
      return `--coin ${coin}: the list of coins has no ${coin}; only the cashtag ${cashtag} and rules tagged ${coin} select posts`;
    }),
    ...numbers.map(
      (coin) =>
        `--coin ${coin}: no text can name it, since $${coin} is an amount; only rules tagged ${coin} select posts`,
    ),
  ];
}
