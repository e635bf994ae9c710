import { entryOf } from './coins/coin-table.ts';
import { coinOfPair } from './coins/pairs.ts';

/** Links, and mentions with a preceding `RT` and a following `:`. */
const ADDRESSES = /(?:https?:\/\/|www\.)\S+|(?:\brt )?@\w+:?/gi;

/** The text of a post without links and mentions, which say nothing about its language or similarity. */
export const stripLinksAndMentions = (text: string): string =>
  text.replace(ADDRESSES, ' ').replace(/\s+/g, ' ').trim();

/** The text of a post for comparison: lower case, without links and mentions. May be empty. */
export const normalizeText = (text: string): string => stripLinksAndMentions(text).toLowerCase();

const TAGS = /[#$＃][\p{L}\p{M}\p{N}_]+/gu;
const CAPITALS = /\b[A-Z0-9]{2,12}\b/g;

const isTicker = (word: string): boolean =>
  entryOf(word.toLowerCase())?.symbolOf !== undefined || coinOfPair(word) !== undefined;

/** The text without hashtags, cashtags and tickers, which are the same in every language. */
export const stripTagsAndTickers = (text: string): string =>
  text
    .replace(TAGS, ' ')
    .replace(CAPITALS, (word) => (isTicker(word) ? ' ' : word))
    .replace(/\s+/g, ' ')
    .trim();
