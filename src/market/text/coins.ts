import { COINS } from './coin-list.ts';
import { coinTag } from './coins/coin-table.ts';

const HASH = 35;
const DOLLAR = 36;

/** The coin that a rule's tag or a setting names: its symbol or name in any case, with or without `$` or `#`. */
export function coinOf(text: string): string | undefined {
  const sign = text.charCodeAt(0);
  const bare = sign === HASH || sign === DOLLAR ? text.slice(1) : text;
  return (coinTag(bare) ?? coinTag(bare.trim()))?.coin?.symbol;
}

const NAMES: ReadonlyMap<string, string> = new Map(
  COINS.map(({ symbol, name }) => [symbol, name.toLowerCase().replace(/[^a-z0-9]+/g, '_')]),
);

/** A coin's name for use inside other names (`bitcoin`, `shiba_inu`) by its symbol; an unknown symbol is returned as is. */
export const coinName = (symbol: string): string => NAMES.get(symbol) ?? symbol;

/**
 * The symbol of a coin that a user names by symbol or name; an unknown symbol is returned in lower case. Throws RangeError
 * if the text is not a symbol.
 */
export function readCoin(text: string): string {
  const symbol = coinOf(text) ?? text.trim().replace(/^[#$]/, '').toLowerCase();
  if (/^[a-z0-9]{1,20}$/.test(symbol)) return symbol;
  throw new RangeError(`'${text}' is not a coin; write a symbol or a name, such as btc or ethereum`);
}

/** Symbols that are in no list of coins: only tags name them. */
export const unlistedCoins = (coins: readonly string[]): readonly string[] =>
  coins.filter((coin) => coinOf(coin) === undefined);
