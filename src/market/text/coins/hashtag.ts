import type { Coin } from '../coin-list.ts';
import { entryOf } from './coin-table.ts';
import { coinOfPair } from './pairs.ts';

/** Long names with one meaning: they count anywhere inside a hashtag. */
const INSIDE =
  /bitcoincash|bitcoinsv|ethereumclassic|bitcoin|ethereum|dogecoin|litecoin|chainlink|cardano|hyperliquid|filecoin|toncoin/;
/** `BuySolanaNFTs2025`: Buy, Solana, NF, Ts. */
const CAMEL = /[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g;

const sureCoin = (word: string): Coin | undefined =>
  word.length > 2 ? entryOf(word.toLowerCase())?.readings.find(({ isSure }) => isSure)?.coin : undefined;

/** The coin in a hashtag that is no name itself: `BitcoinNews`, `BTCUSDT`, `dogecoinarmy`, `BuySolana`. */
export function coinInHashtag(tag: string): Coin | undefined {
  const pair = coinOfPair(tag);
  if (pair !== undefined) return pair;
  const inside = INSIDE.exec(tag.toLowerCase())?.[0];
  if (inside !== undefined) return sureCoin(inside);
  for (const part of tag.match(CAMEL) ?? []) {
    const isName = part.length > 4 || part === part.toUpperCase();
    const coin = isName && part.length < tag.length ? sureCoin(part) : undefined;
    if (coin !== undefined) return coin;
  }
  return undefined;
}
