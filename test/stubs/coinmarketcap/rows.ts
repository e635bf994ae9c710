import type { StubCoin } from './coins.ts';

/** A quote in an answer that was sent completely. Times are epoch ms. */
export interface HandedQuote {
  readonly id: number;
  readonly symbol: string;
  readonly quote: string;
  readonly price: number;
  readonly marketCap: number | null;
  readonly volume24h: number;
  readonly rank: number | null;
  readonly lastUpdated: number;
  /** By the stub's clock. */
  readonly at: number;
  readonly request: number;
}

/** Values that replace the generated ones, such as an impossible price or an unknown cap. */
export interface Change {
  readonly price?: unknown;
  readonly market_cap?: unknown;
  readonly cmc_rank?: unknown;
}

/** `v1`: rows by id or symbol, quotes by currency. `v3`: arrays of both. */
export type Shape = 'v1' | 'v3';

const CURRENCIES: Readonly<
  Record<string, { readonly rate: number; readonly id: number; readonly fiat: boolean }>
> = {
  USD: { rate: 1.0003, id: 2781, fiat: true },
  USDT: { rate: 1, id: 825, fiat: false },
  EUR: { rate: 0.8812, id: 2790, fiat: true },
  BTC: { rate: 9.53e-6, id: 1, fiat: false },
};

export const isCurrency = (symbol: string): boolean => Object.hasOwn(CURRENCIES, symbol);

const iso = (time: number): string => new Date(time).toISOString();

function quoteIn(coin: StubCoin, currency: string, updated: number, change: Change) {
  const price = coin.price(updated) * CURRENCIES[currency]!.rate;
  return {
    price: price as unknown,
    volume_24h: price * coin.supply * 0.02,
    volume_change_24h: -4.18,
    percent_change_1h: 0.1123,
    percent_change_24h: -1.02,
    percent_change_7d: 3.4,
    percent_change_30d: -6.1,
    percent_change_60d: -9.9,
    percent_change_90d: 2.2,
    market_cap: (price * coin.supply) as unknown,
    market_cap_dominance: 1.31,
    fully_diluted_market_cap: coin.maxSupply === null ? price * coin.supply : price * coin.maxSupply,
    tvl: null,
    last_updated: iso(updated),
    ...change,
  };
}

/** One coin as CoinMarketCap sends it. `isFull`: with the fields that `aux` may omit. */
export function row(
  coin: StubCoin,
  converts: readonly string[],
  updated: number,
  { shape, isFull, change }: { shape: Shape; isFull: boolean; change: Change },
) {
  const { cmc_rank: rank = coin.rank, ...changed } = change;
  const quotes = converts.map((currency) => ({ currency, quote: quoteIn(coin, currency, updated, changed) }));
  return {
    id: coin.id,
    name: coin.name,
    symbol: coin.symbol,
    slug: coin.name.toLowerCase().replaceAll(' ', '-'),
    cmc_rank: rank,
    ...(isFull && {
      num_market_pairs: 12_210,
      date_added: '2010-07-13T00:00:00.000Z',
      tags: ['mineable', 'pow'],
      max_supply: coin.maxSupply,
      circulating_supply: coin.supply,
      total_supply: coin.supply,
      platform: null,
    }),
    infinite_supply: coin.maxSupply === null,
    self_reported_circulating_supply: null,
    self_reported_market_cap: null,
    tvl_ratio: null,
    last_updated: iso(updated),
    quote:
      shape === 'v3'
        ? quotes.map(({ currency, quote }) => ({ id: CURRENCIES[currency]!.id, symbol: currency, ...quote }))
        : Object.fromEntries(quotes.map(({ currency, quote }) => [currency, quote])),
  };
}

export type Row = ReturnType<typeof row>;

/** The quotes of a row as `handed` lists them, without those that have no valid price. */
export function handedOf(shown: Row, at: number, request: number): HandedQuote[] {
  const quotes = Array.isArray(shown.quote)
    ? shown.quote.map(({ symbol, ...quote }) => [symbol, quote] as const)
    : Object.entries(shown.quote);
  return quotes.flatMap(([quote, { price, market_cap, volume_24h, last_updated }]) =>
    typeof price === 'number' && price > 0
      ? [
          {
            id: shown.id,
            symbol: shown.symbol,
            quote,
            price,
            marketCap: market_cap as number | null,
            volume24h: volume_24h,
            rank: shown.cmc_rank as number | null,
            lastUpdated: Date.parse(last_updated),
            at,
            request,
          },
        ]
      : [],
  );
}
