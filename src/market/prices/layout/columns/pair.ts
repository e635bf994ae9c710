import { COINS } from '../../../text/coin-list.ts';

/** Lower-case currency symbols. */
export interface Pair {
  readonly base: string;
  readonly quote: string;
}

const set = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Currencies that count as a dollar when a person names the pair of a file. */
const DOLLARS = set('usd usdt usdc busd tusd fdusd usdp dai usde pyusd');
const MONEY = new Set([
  ...DOLLARS,
  ...set(
    'eur gbp jpy chf aud cad nzd krw inr brl try rub uah pln zar mxn ars idr ngn vnd thb sgd hkd cny sek nok dkk czk ils aed irt irr tmn eurt eurs eurc bidr idrt gyen xaut',
  ),
]);
/** Currencies that others are priced in, the most common first: of a pair, the earlier one is the quote. */
const QUOTING = ['btc', 'eth', 'bnb', 'trx', 'xrp', 'dot', 'doge', 'sol', 'kcs', 'ht'];
const KNOWN: ReadonlySet<string> = new Set(COINS.map(({ symbol }) => symbol));
/** Symbols of single exchanges: Kraken's XBT and XDG. */
const ALIASES: Readonly<Record<string, string>> = { xbt: 'btc', xdg: 'doge' };

export const isCoin = (symbol: string): boolean => KNOWN.has(symbol);
export const isMoney = (symbol: string): boolean => MONEY.has(symbol);
export const areDollars = (a: string, b: string): boolean => DOLLARS.has(a) && DOLLARS.has(b);

const SYMBOL = /^[a-z0-9.]{1,32}$/;
const rank = (symbol: string): number =>
  MONEY.has(symbol) ? 0 : QUOTING.includes(symbol) ? 1 + QUOTING.indexOf(symbol) : Number.POSITIVE_INFINITY;
const alias = (symbol: string): string => ALIASES[symbol] ?? symbol;
/** The largest coin of each name, in lower case. */
const BY_NAME = new Map([...COINS].reverse().map(({ name, symbol }) => [name.toLowerCase(), symbol]));

/** The symbol of a coin that a cell names by its symbol, another symbol (`XBT`) or its name (`Bitcoin`); others as they are. */
export function baseSymbol(text: string): string {
  const lower = text.trim().toLowerCase();
  return KNOWN.has(lower) ? lower : (BY_NAME.get(lower) ?? alias(lower));
}

function pairOf(first: string, second: string): Pair | undefined {
  const [base, quote] = [alias(first), alias(second)];
  return SYMBOL.test(base) && SYMBOL.test(quote) && base !== quote ? { base, quote } : undefined;
}

/** Parts that say what kind of contract it is, not what it is a price of. */
const CONTRACT = /[-_](?:swap|perp)$/;

/** `BTC-USD`, `BTC_USDT`; not `USDT-BTC`, where exchanges disagree about which one is priced. */
function splitAtSign(text: string): Pair | undefined {
  const slash = text.split('/');
  if (slash.length === 2) return pairOf(slash[0]!, slash[1]!);
  const [first = '', second = '', ...rest] = text.replace(CONTRACT, '').split(/[-_ ]/);
  const pair = rest.length === 0 ? pairOf(first, second) : undefined;
  return pair !== undefined && rank(pair.quote) < 99 && rank(pair.quote) <= rank(pair.base)
    ? pair
    : undefined;
}

/** `BTCUSDT`: by the known currency at its end; if several would do, by the known coin before it. */
function splitAtQuote(text: string): Pair | undefined {
  const pairs: Pair[] = [];
  for (let at = 2; at < text.length - 1; at++) {
    const pair = rank(alias(text.slice(at))) < 99 ? pairOf(text.slice(0, at), text.slice(at)) : undefined;
    if (pair !== undefined) pairs.push(pair);
  }
  if (pairs.length === 1) return pairs[0];
  const ofCoins = pairs.filter(({ base }) => isCoin(base));
  return ofCoins.length === 1 ? ofCoins[0] : undefined;
}

/** Kraken's `XXBTZUSD`. */
const KRAKEN = /^x([a-z]{3})[xz]([a-z]{3})$/;

/**
 * The pair that an exchange's symbol names: `BTC/USDT`, `BTC-USD`, `BTC_USDT`, `BTCUSDT`, `tBTCUSD`, `XBTUSD`,
 * `BTC/USDT:USDT`, `BINANCE:BTCUSDT`. Undefined if it is not certain.
 */
export function splitSymbol(symbol: string): Pair | undefined {
  const bitfinex = /^t[A-Z0-9]{2,}:?[A-Z0-9]{3,}$/.test(symbol.trim());
  const text = symbol
    .trim()
    .slice(bitfinex ? 1 : 0)
    .toLowerCase();
  const [left = '', right] = text.split(':');
  if (right !== undefined)
    return bitfinex ? pairOf(left, right) : splitSymbol(left.includes('/') ? left : right);
  if (/[/_\s-]/.test(text)) return splitAtSign(text);
  const kraken = KRAKEN.exec(text);
  if (kraken !== null && rank(alias(kraken[2]!)) < 99) return pairOf(kraken[1]!, kraken[2]!);
  const pair = splitAtQuote(bitfinex ? text.replace(/ust$/, 'usdt') : text);
  return pair !== undefined && /^[a-z0-9]+$/.test(text) ? pair : undefined;
}

/** The pair that a file's name seems to tell, for a hint: `Binance_BTCUSDT_1h.csv`, `btc-usd-max.csv`. */
export function pairInName(file: string): Pair | undefined {
  const words = file
    .replace(/^.*[/\\]/, '')
    .replace(/\.\w+(?:\.gz|\.zip|\.zst)?$/, '')
    .split(/[^a-z0-9]+/i);
  for (const [at, word] of words.entries()) {
    const pair = splitSymbol(word) ?? splitSymbol(`${word}-${words[at + 1] ?? ''}`);
    if (pair !== undefined && isCoin(pair.base)) return pair;
  }
  return undefined;
}
