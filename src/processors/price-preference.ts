import { list } from '../core/option.ts';
import type { SeriesOrder } from '../market/signals/market-facts.ts';

/** The quote currencies to prefer unless the user names one. */
export const USUAL_QUOTES: readonly string[] = ['usdt', 'usd', 'usdc', 'eur'];

const lower = (part: string): string => part.toLowerCase();

export const priceQuoteOption = list(
  '--price-quote',
  '<list>',
  `Currencies that prices beside posts may be in, the preferred first; by default all: ${USUAL_QUOTES.join(', ')}, then by name.`,
  [],
  lower,
);

export const preferOption = list(
  '--prefer',
  '<list>',
  'Sources of prices beside posts to prefer, the first most.',
  [],
  lower,
);

/** Position in a list; after the last if it is missing. */
export const rankIn = (names: readonly string[], name: string): number =>
  names.includes(name) ? names.indexOf(name) : names.length;

/** What the user prefers; no currency named means any. */
export interface PricePreference {
  readonly priceQuote: readonly string[];
  readonly prefer: readonly string[];
}

/** The preferred currency first, of that the preferred source, then the series of most prices. */
export function seriesOrder({ priceQuote, prefer }: PricePreference): SeriesOrder {
  const quotes = priceQuote.length > 0 ? priceQuote : USUAL_QUOTES;
  return (a, b) =>
    rankIn(quotes, a.quote) - rankIn(quotes, b.quote) ||
    (a.quote === b.quote ? 0 : a.quote < b.quote ? -1 : 1) ||
    rankIn(prefer, a.part.source) - rankIn(prefer, b.part.source) ||
    b.part.ticks + b.part.bars - a.part.ticks - a.part.bars ||
    (a.part.source < b.part.source ? -1 : 1);
}

export const isWished = (quote: string, { priceQuote }: PricePreference): boolean =>
  priceQuote.length === 0 || priceQuote.includes(quote);
