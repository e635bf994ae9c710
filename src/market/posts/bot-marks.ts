import type { TweetBody } from './body.ts';

/** Different cashtags of a post from which on they are many. */
const MANY_CASHTAGS = 5;

/** `PriceBot`, `news_bot`, `bot42`; not `abbot`. */
const CAMEL_BOT = /[A-Za-z0-9]Bots?(?:[A-Z0-9_.-]|$)/;
const LOWER_BOT = /(?:^|[_.-])bots?(?:[_.-]|\d|$)|(?:crypto|price|news|trade|trading|alert|signal)bots?$/i;
const BOT_NAME = /\b(?:ro)?bots?\b|🤖/iu;
/** The same for a name in ASCII, where it is several times faster. */
const ASCII = /^[ -~]*$/;
const BOT_NAME_IN_ASCII = /\b(?:ro)?bots?\b/i;
const isBotName = (name: string): boolean => (ASCII.test(name) ? BOT_NAME_IN_ASCII : BOT_NAME).test(name);
const AIRDROP =
  /\b(?:airdrops?|give-?aways?|pre-?sale|white-?list(?:ed)?|free\s+(?:mint|nfts?|tokens?|crypto|btc|eth)|claim\s+(?:your|now|free)|(?:rt|retweet|like)\s*(?:,|&|\+|and)\s*follow|follow\s*(?:,|&|\+|and)\s*(?:rt|retweet|like))\b/i;

/**
 * What of a post itself suggests that no person wrote it: `bot` for an author that says so, `cashtags` for five or more
 * different ones, `airdrop` for the words of giveaways. Never a reason to drop it.
 */
export function botMarks({ username, name, cashtags, text }: TweetBody): readonly string[] {
  const found: string[] = [];
  const handle = username ?? '';
  if (LOWER_BOT.test(handle) || CAMEL_BOT.test(handle) || isBotName(name ?? '')) found.push('bot');
  if (
    cashtags.length >= MANY_CASHTAGS &&
    new Set(cashtags.map((tag) => tag.toLowerCase())).size >= MANY_CASHTAGS
  )
    found.push('cashtags');
  if (AIRDROP.test(text)) found.push('airdrop');
  return found;
}
