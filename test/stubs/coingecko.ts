import { rankedCoins, type StubCoin, unlistedCoins } from './coinmarketcap/coins.ts';
import { type Answer, type Asked, type Fault, type Stub, type StubSettings, startStub } from './server.ts';

/** CoinGecko's own errors, and the faults of any server: `html` with status 403 is the page of its firewall. */
export type GeckoFault =
  | Fault
  /** HTTP 429, with Retry-After in seconds if set. */
  | { readonly kind: 'too many'; readonly retryAfter?: string }
  /** An error by its code: 10002 without a key, 10005 plan, 10010 and 10011 key of the other kind. */
  | { readonly kind: 'code'; readonly code: number };

/** A price in an answer that was sent completely. */
export interface HandedCoin {
  readonly id: string;
  readonly symbol: string;
  readonly currency: string;
  readonly price: number;
  readonly marketCap: number;
  /** ISO 8601. */
  readonly lastUpdated: string;
}

export interface GeckoSettings extends StubSettings<GeckoFault> {
  /** The only demo key that is accepted; by default any. */
  readonly key?: string;
  /** How long answers are repeated; 60 s by default. */
  readonly cacheMs?: number;
  /** Coins in /coins/markets; 300 by default. */
  readonly coins?: number;
}

export interface GeckoStub extends Stub<GeckoFault> {
  readonly handed: readonly HandedCoin[];
  cacheMs: number;
  /** Replaces fields of a coin's rows, by its id. */
  change(id: string, fields: Readonly<Record<string, unknown>>): void;
}

/** Units of a currency for one dollar. */
const CURRENCIES: Readonly<Record<string, number>> = { usd: 1, eur: 0.92, btc: 1.1e-5 };

const MESSAGES: Readonly<Record<number, readonly [status: number, text: string]>> = {
  10002: [401, 'API Key Missing'],
  10005: [401, 'Your request exceeds the allowed time range or this endpoint is for paid plans only'],
  10010: [400, 'If you are using Pro API key, please change your root URL'],
  10011: [400, 'If you are using Demo API key, please change your root URL'],
};

const slugOf = ({ name }: StubCoin): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '-');

function faultAnswer(fault: Exclude<GeckoFault, Fault>): Answer {
  if (fault.kind === 'too many') {
    const headers = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
    const text = "You've exceeded the Rate Limit.";
    return { status: 429, body: { status: { error_code: 429, error_message: text } }, headers };
  }
  const [status, text] = MESSAGES[fault.code] ?? [400, 'Error'];
  const error = { status: { error_code: fault.code, error_message: text } };
  // Both forms occur.
  return { status, body: fault.code === 10005 ? { error } : error };
}

/** CoinGecko's public API on 127.0.0.1, below /api/v3. Its coins are those of the CoinMarketCap stub. */
export async function startCoinGeckoStub(settings: GeckoSettings = {}): Promise<GeckoStub> {
  const { now = Date.now, key, coins = 300 } = settings;
  const handed: HandedCoin[] = [];
  const changed = new Map<string, Readonly<Record<string, unknown>>>();
  const all = [...rankedCoins(coins), ...unlistedCoins];

  function rowOf(coin: StubCoin, currency: string, time: number) {
    const rate = CURRENCIES[currency]!;
    const price = coin.price(time) * rate;
    const id = slugOf(coin);
    return {
      id,
      symbol: coin.symbol.toLowerCase(),
      name: coin.name,
      image: `https://coin-images.coingecko.com/coins/images/${coin.id}/large/${id}.png`,
      current_price: price,
      market_cap: coin.rank === null ? null : Math.round(price * coin.supply),
      market_cap_rank: coin.rank,
      total_volume: Math.round(price * coin.supply * 0.03),
      circulating_supply: coin.supply,
      last_updated: new Date(time).toISOString(),
      ...changed.get(id),
    };
  }

  function markets({ query, at }: Asked): Answer {
    const currency = query.get('vs_currency') ?? '';
    if (!Object.hasOwn(CURRENCIES, currency)) return { status: 400, body: { error: 'invalid vs_currency' } };
    const size = Number(query.get('per_page') ?? 100);
    const page = Number(query.get('page') ?? 1);
    const ids = query.get('ids')?.split(',');
    // Prices are as old as the cache, and a little older.
    const time = Math.floor(at / stub.cacheMs) * stub.cacheMs - 17_000;
    const rows = all
      .filter((coin) => ids === undefined || ids.includes(slugOf(coin)))
      .map((coin) => rowOf(coin, currency, time))
      .sort((a, b) => (b.market_cap ?? 0) - (a.market_cap ?? 0))
      .slice((page - 1) * size, page * size);
    const sent = rows.map((row) => ({
      id: row.id,
      symbol: row.symbol,
      currency,
      price: row.current_price,
      marketCap: row.market_cap ?? 0,
      lastUpdated: row.last_updated,
    }));
    return { status: 200, body: rows, handed: () => handed.push(...sent) };
  }

  const started = await startStub<Exclude<GeckoFault, Fault>>({ ...settings, now }, (asked, fault) => {
    if (fault !== undefined) return faultAnswer(fault);
    const sentKey = asked.headers['x-cg-demo-api-key'];
    if (key !== undefined && sentKey !== undefined && sentKey !== key)
      return {
        status: 401,
        body: { error: { status: { error_code: 401, error_message: 'Invalid API Key' } } },
      };
    switch (asked.path.replace(/^\/api\/v3/, '')) {
      case '/coins/markets':
        return markets(asked);
      case '/coins/list':
        return {
          status: 200,
          body: all.map((coin) => ({ id: slugOf(coin), symbol: coin.symbol.toLowerCase(), name: coin.name })),
        };
      case '/simple/supported_vs_currencies':
        return { status: 200, body: Object.keys(CURRENCIES) };
      default:
        return { status: 404, body: { error: 'Incorrect path. Please check https://docs.coingecko.com/' } };
    }
  });
  const stub: GeckoStub = Object.assign(started, {
    url: `${started.url}/api/v3`,
    handed,
    cacheMs: settings.cacheMs ?? 60_000,
    change: (id: string, fields: Readonly<Record<string, unknown>>) => void changed.set(id, fields),
  });
  return stub;
}
