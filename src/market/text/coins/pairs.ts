import type { Coin } from '../coin-list.ts';
import { entryOf } from './coin-table.ts';

/** `1000PEPEUSDT`, `BTCUSD.P`: digits, a symbol, a currency, the kind of contract. */
const PAIR = /^(?:1000+|1M)?(\w{2,10}?)(?:usdt|usdc|fdusd|busd|usd|perp)(?:perp)?$/i;
/** Currencies that are also the endings of words, in capitals. */
const CROSS = /^([A-Z0-9]{2,10}?)(?:BTC|ETH|BNB|EUR|TRY|KRW|INR|JPY|GBP|BRL|AUD|IRT|TMN)$/;

/** The coin that a joined pair prices: `BTCUSDT`. */
export function coinOfPair(word: string): Coin | undefined {
  const base = (PAIR.exec(word) ?? CROSS.exec(word))?.[1]?.toLowerCase();
  const entry = base === undefined ? undefined : entryOf(base);
  return entry?.symbolOf ?? entry?.readings.find(({ isSure }) => isSure)?.coin;
}

const [C, D, P, R, S, T] = [99, 100, 112, 114, 115, 116];

/** Whether units[start, end) may end as a pair in small letters does: in `sd`, `dt`, `dc` or `rp`. */
export function mayBePair(units: Uint16Array, end: number): boolean {
  const last = units[end - 1]! | 32;
  const before = units[end - 2]! | 32;
  if (last === D) return before === S;
  if (last === T || last === C) return before === D;
  return last === P && before === R;
}

const SLASH = 47;
const HYPHEN = 45;
const UNDERSCORE = 95;
const QUOTE = /[/_-](?:usdt|usdc|fdusd|busd|usd|perp|btc|eth|eur|try|krw|inr)(?!\w)/iy;

/** The end of the quote after a symbol that ends at `at`: of `/USDT`, `-perp`; -1 without a quote. */
export function quoteEnd(text: string, at: number): number {
  const sign = text.charCodeAt(at);
  if (sign !== SLASH && sign !== HYPHEN && sign !== UNDERSCORE) return -1;
  QUOTE.lastIndex = at;
  return QUOTE.test(text) ? QUOTE.lastIndex : -1;
}
