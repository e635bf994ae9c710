import { bitcoin, coin, usdtInToman } from './price-path.ts';
import { type Answer, type Asked, type Fault, type Stub, type StubSettings, startStub } from './server.ts';

/** Wallex's own errors, and the faults of any server. */
export type WallexFault =
  | Fault
  /** HTTP 200 (or `status`) with `success: false`. */
  | { readonly kind: 'unsuccessful'; readonly status?: number; readonly message?: string }
  /** HTTP 429 with JSON, and Retry-After if set. */
  | { readonly kind: 'too many'; readonly retryAfter?: string };

/** A price in an answer that was sent completely. */
export interface HandedRate {
  readonly symbol: string;
  /** `lastPrice` as sent. */
  readonly text: string;
  /** Rounded to three decimals. */
  readonly price: number;
  /** By the stub's clock. */
  readonly at: number;
  readonly request: number;
}

export interface WallexStub extends Stub<WallexFault> {
  readonly handed: readonly HandedRate[];
  /** Replaces `lastPrice` of a market: `-`, `1.1233e5`, 112331; undefined restores the generated one. */
  setPrice(symbol: string, lastPrice: string | number | undefined): void;
  /** Removes a market from the answers, or restores it. */
  withhold(symbol: string, isMissing?: boolean): void;
}

interface Market {
  readonly base: string;
  readonly quote: string;
  readonly name: string;
  readonly decimals: number;
  readonly price: (time: number) => number;
}

const market = (base: string, quote: string, name: string, decimals: number, price: Market['price']) =>
  [`${base}${quote}`, { base, quote, name, decimals, price }] as const;

const ether = (time: number): number => coin(1, 0.0241, time);
const doge = (time: number): number => coin(6, 1.8e-6, time);

const MARKETS: ReadonlyMap<string, Market> = new Map([
  market('USDT', 'TMN', 'تتر', 0, usdtInToman),
  market('BTC', 'TMN', 'بیت کوین', 0, (time) => bitcoin(time) * usdtInToman(time)),
  market('ETH', 'TMN', 'اتریوم', 0, (time) => ether(time) * usdtInToman(time)),
  market('BTC', 'USDT', 'بیت کوین', 2, bitcoin),
  market('ETH', 'USDT', 'اتریوم', 2, ether),
  market('DOGE', 'USDT', 'دوج کوین', 5, doge),
]);

/** Decimal texts have sixteen decimals. */
const decimal = (value: number): string => value.toFixed(16);

function show(symbol: string, { base, quote, name, decimals, price }: Market, time: number) {
  const value = price(time);
  const stats = {
    bidPrice: decimal(value * 0.9997),
    askPrice: decimal(value * 1.0002),
    '24h_ch': 0.42,
    '7d_ch': '-1.80',
    '24h_volume': decimal(4_211_850.21),
    '7d_volume': decimal(30_551_201.99),
    '24h_quoteVolume': decimal(472_884_121_030),
    '24h_highPrice': decimal(value * 1.01),
    '24h_lowPrice': decimal(value * 0.99),
    lastPrice: decimal(value) as string | number,
    lastQty: decimal(250.1),
    lastTradeSide: 'BUY',
    bidVolume: decimal(981_220),
    askVolume: decimal(1_204_418),
    bidCount: 812,
    askCount: '933',
    direction: { SELL: 47, BUY: 53 },
  };
  return {
    symbol,
    baseAsset: base,
    baseAssetPrecision: 8,
    quoteAsset: quote,
    quotePrecision: decimals,
    faName: `${name} - ${quote === 'TMN' ? 'تومان' : 'تتر'}`,
    faBaseAsset: name,
    faQuoteAsset: quote === 'TMN' ? 'تومان' : 'تتر',
    stepSize: 2,
    tickSize: decimals,
    minQty: '1e-06',
    maxQty: 1_000_000,
    minNotional: 100_000,
    stats,
    createdAt: '2020-04-01T00:00:00.000000Z',
  };
}

const PERSIAN = 'خطایی رخ داده است';
const NOT_FOUND: Answer = {
  status: 404,
  body: { success: false, message: 'Not Found', code: 404, result: null },
};

/** Wallex's public market prices on 127.0.0.1. */
export async function startWallexStub(settings: StubSettings<WallexFault> = {}): Promise<WallexStub> {
  const { now = Date.now } = settings;
  const handed: HandedRate[] = [];
  const prices = new Map<string, string | number>();
  const missing = new Set<string>();

  function markets({ number, at }: Asked): Answer {
    const symbols: Record<string, ReturnType<typeof show>> = {};
    for (const [symbol, market] of MARKETS) {
      if (missing.has(symbol)) continue;
      const shown = show(symbol, market, at);
      shown.stats.lastPrice = prices.get(symbol) ?? shown.stats.lastPrice;
      symbols[symbol] = shown;
    }
    const rates = Object.values(symbols).flatMap(({ symbol, stats: { lastPrice } }) => {
      const price = Number(Number(lastPrice).toFixed(3));
      return Number.isNaN(price) ? [] : [{ symbol, text: String(lastPrice), price, at, request: number }];
    });
    return {
      status: 200,
      body: { success: true, message: 'The operation was successful', result: { symbols } },
      handed: () => handed.push(...rates),
    };
  }

  const stub = await startStub<Exclude<WallexFault, Fault>>({ ...settings, now }, (asked, fault) => {
    if (fault?.kind === 'unsuccessful') {
      const { status = 200, message = PERSIAN } = fault;
      return { status, body: { success: false, message, code: 1000, result: null } };
    }
    if (fault?.kind === 'too many') {
      const headers = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
      return { status: 429, body: { success: false, message: 'Too Many Attempts.' }, headers };
    }
    return asked.path === '/v1/markets' ? markets(asked) : NOT_FOUND;
  });
  return Object.assign(stub, {
    handed,
    setPrice(symbol: string, lastPrice: string | number | undefined) {
      if (lastPrice === undefined) prices.delete(symbol);
      else prices.set(symbol, lastPrice);
    },
    withhold(symbol: string, isMissing = true) {
      if (isMissing) missing.add(symbol);
      else missing.delete(symbol);
    },
  });
}
