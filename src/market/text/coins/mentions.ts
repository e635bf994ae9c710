import type { Coin } from '../coin-list.ts';
import { ANYWHERE, type Clues } from './clues.ts';
import { STRONG_SIGN } from './coin-table.ts';

/** What shows that a post is about a coin, the surest first; `context` is an ambiguous name next to trading terms. */
export type CoinEvidence = 'rule' | 'cashtag' | 'name' | 'context';

export interface CoinMention {
  readonly coin: string;
  readonly why: CoinEvidence;
}

/** A name that a text may use for a coin. */
export interface Candidate {
  readonly coin: Coin;
  /** Piece of the text, or ANYWHERE. */
  readonly at: number;
  /** Weight of the trading terms that it needs beside it; 0 for a sure name. */
  readonly need: number;
  readonly isCashtag: boolean;
  /** The word, by its index in the table; -1 for another name. */
  readonly by: number;
  /** A pair such as `LINK/USDT`, which means nothing else. */
  readonly isPair?: boolean;
}

/** Coins that prices and amounts are written in. */
const MONEY: ReadonlySet<string> = new Set(['usdt', 'usdc', 'dai']);

/** The need of a name in capitals, and of one in small letters that is often an everyday word. */
export const NEED = { none: 0, capitals: 2, small: STRONG_SIGN } as const;

/** The evidence of a candidate, once the whole text is read. `hasAmount`: a number is next to it. */
export function evidenceOf(
  { coin, at, need, isCashtag, isPair, by }: Candidate,
  clues: Clues,
  hasAmount: (at: number) => boolean,
): CoinEvidence | undefined {
  if (isPair === true) return 'name';
  if (isCashtag) {
    if (coin.company === 'none') return 'cashtag';
    const strong = clues.hasStrong(at, coin);
    const isCompany = clues.speaksOfStocks(at) || clues.speaksAgainst(at, coin);
    if (coin.company === 'greater') return strong && !isCompany ? 'cashtag' : undefined;
    return isCompany && !strong ? undefined : 'cashtag';
  }
  if (coin.traps.length > 0 && clues.speaksAgainst(at, coin)) return undefined;
  if (need === NEED.none) return 'name';
  const hasNumber = at !== ANYWHERE && hasAmount(at);
  if (hasNumber && MONEY.has(coin.symbol) && clues.namesOther(at, coin)) return undefined;
  const enough = need - (hasNumber ? 1 : 0);
  return clues.tradeNear(at, coin, by, enough) >= enough ? 'context' : undefined;
}

const ORDER: readonly CoinEvidence[] = ['rule', 'cashtag', 'name', 'context'];

/** Whether a candidate can add nothing to these mentions. */
export function isSettled({ coin, isCashtag, need }: Candidate, mentions: readonly CoinMention[]): boolean {
  const why = mentions.find((mention) => mention.coin === coin.symbol)?.why;
  if (why === undefined) return false;
  return why === 'cashtag' || (!isCashtag && (why === 'name' || need > NEED.none));
}

/** Adds a mention; of two of one coin, the surer evidence stays in the position of the first. */
export function addMention(mentions: CoinMention[], coin: string, why: CoinEvidence): void {
  const index = mentions.findIndex((mention) => mention.coin === coin);
  if (index < 0) mentions.push({ coin, why });
  else if (ORDER.indexOf(why) < ORDER.indexOf(mentions[index]!.why)) mentions[index] = { coin, why };
}
