import { rankedCoins, type StubCoin, unlistedCoins } from './coinmarketcap/coins.ts';
import { type Plan, Usage } from './coinmarketcap/credits.ts';
import { ERRORS, type ErrorCode } from './coinmarketcap/errors.ts';
import {
  type Change,
  type HandedQuote,
  handedOf,
  isCurrency,
  type Row,
  row,
  type Shape,
} from './coinmarketcap/rows.ts';
import { type Answer, type Asked, type Fault, type Stub, type StubSettings, startStub } from './server.ts';

export type { ErrorCode, HandedQuote, Plan, Shape };
export { ERRORS };

/** CoinMarketCap's own errors, and the faults of any server. */
export type CmcFault =
  | Fault
  /** An error by its code. `http`: a different status, such as 200. `asText`: sends the code as a text. */
  | {
      readonly kind: 'error';
      readonly code: ErrorCode;
      readonly http?: number;
      readonly asText?: boolean;
      readonly retryAfter?: string;
      readonly message?: string;
    };

export interface CmcSettings extends StubSettings<CmcFault> {
  /** The only accepted key; by default any key is accepted. */
  readonly key?: string;
  /** Coins in the listing; 100 by default, 5,000 at most. */
  readonly coins?: number;
  /** How long an answer repeats: 60 s as documented, sometimes 300 s. */
  readonly cacheMs?: number;
  readonly shape?: Shape;
  /** Sends error codes as texts: "0". */
  readonly codesAsText?: boolean;
  /** By default a million credits per month and no other limit. */
  readonly plan?: Partial<Plan>;
}

export interface CmcStub extends Stub<CmcFault> {
  readonly handed: readonly HandedQuote[];
  /** The plan and its usage; tests may change both. */
  readonly usage: Usage;
  key: string | undefined;
  cacheMs: number;
  shape: Shape;
  codesAsText: boolean;
  /** Replaces price, cap or rank of a coin, by id; undefined restores the generated ones. */
  change(id: number, change: Change | undefined): void;
  /** Changes the symbol of a listed coin, for example to one in use. */
  rename(id: number, symbol: string): void;
}

/** Minimum age of a quote in an answer. */
const LAG_MS = 65_000;
const MINUTE = 60_000;
const DEFAULT_AUX =
  'num_market_pairs,cmc_rank,date_added,tags,platform,max_supply,circulating_supply,total_supply';

const listOf = (text: string | null): string[] => (text ?? '').split(',').filter((part) => part !== '');

/** CoinMarketCap's Pro API on 127.0.0.1. */
export async function startCoinMarketCapStub(settings: CmcSettings = {}): Promise<CmcStub> {
  const { now = Date.now, coins: count = 100, plan } = settings;
  const listing: StubCoin[] = [...rankedCoins(Math.min(count, 5000))];
  const handed: HandedQuote[] = [];
  const changes = new Map<number, Change>();
  const usage = new Usage({ monthly: 1_000_000, daily: 0, perMinute: 0, ...plan });

  function status(code: number, message: string, credits: number, more: object = {}) {
    const asText = stub.codesAsText ? String(code) : code;
    return {
      timestamp: new Date(now()).toISOString(),
      error_code: asText as number | string,
      error_message: code === 0 && stub.shape === 'v1' ? null : message,
      elapsed: 14,
      credit_count: credits,
      notice: null,
      ...more,
    };
  }

  function refuse(code: ErrorCode, message: string = ERRORS[code].message): Answer {
    return { status: ERRORS[code].status, body: { status: status(code, message, 0) } };
  }

  /** Rows of one answer may have different minutes: every third coin is a minute behind. */
  const updatedAt = (coin: StubCoin, at: number): number => {
    const lag = LAG_MS + (coin.id % 3 === 2 ? MINUTE : 0);
    return Math.floor((at - lag) / stub.cacheMs) * stub.cacheMs;
  };

  function show(coins: readonly StubCoin[], { query, at }: Asked): Row[] {
    const converts = listOf(query.get('convert') ?? 'USD');
    const isFull = (query.get('aux') ?? DEFAULT_AUX).includes('circulating_supply');
    return coins.map((coin) =>
      row(coin, converts, updatedAt(coin, at), {
        shape: stub.shape,
        isFull,
        change: changes.get(coin.id) ?? {},
      }),
    );
  }

  function give(
    rows: readonly Row[],
    data: unknown,
    perCredit: number,
    { query, at, number }: Asked,
    more = {},
  ): Answer {
    const converts = listOf(query.get('convert') ?? 'USD').length;
    const credits = Math.max(1, Math.ceil(rows.length / perCredit)) + converts - 1;
    usage.spend(credits);
    return {
      status: 200,
      body: { status: status(0, '', credits, more), data },
      handed: () => {
        for (const shown of rows) handed.push(...handedOf(shown, at, number));
      },
    };
  }

  function listings(asked: Asked): Answer {
    const start = Number(asked.query.get('start') ?? 1);
    const limit = Number(asked.query.get('limit') ?? 100);
    if (!(start >= 1)) return refuse(400, '"start" must be larger than or equal to 1');
    if (!(limit >= 1 && limit <= 5000)) return refuse(400, '"limit" must be less than or equal to 5000');
    const rows = show(listing.slice(start - 1, start - 1 + limit), asked);
    return give(rows, rows, 200, asked, { total_count: listing.length });
  }

  function quotes(asked: Asked): Answer {
    const { path, query } = asked;
    const ids = listOf(query.get('id'));
    const symbols = listOf(query.get('symbol'));
    if (ids.length > 0 === symbols.length > 0)
      return refuse(400, '"value" must contain at least one of [id, symbol, slug]');
    const all = [...listing, ...unlistedCoins];
    const found = all.filter(({ id, symbol }) => ids.includes(String(id)) || symbols.includes(symbol));
    const rows = show(found, asked);
    const isSecond = path.startsWith('/v2');
    const bySymbol = (symbol: string) => rows.filter((shown) => shown.symbol === symbol);
    const data =
      stub.shape === 'v3'
        ? rows
        : ids.length > 0
          ? Object.fromEntries(rows.map((shown) => [String(shown.id), shown]))
          : Object.fromEntries(
              symbols.map((symbol) => [symbol, isSecond ? bySymbol(symbol) : bySymbol(symbol)[0]]),
            );
    return give(rows, data, 100, asked);
  }

  function answer(asked: Asked, fault: Exclude<CmcFault, Fault> | undefined): Answer {
    const { path, query, headers, at } = asked;
    if (fault !== undefined) {
      const { code, http = ERRORS[code].status, message = ERRORS[code].message, asText, retryAfter } = fault;
      const errorStatus = status(code, message, 0);
      const body = { status: asText ? { ...errorStatus, error_code: String(code) } : errorStatus };
      return { status: http, body, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } };
    }
    const key = headers['x-cmc_pro_api_key'] ?? query.get('CMC_PRO_API_KEY');
    if (!key) return refuse(1002);
    if (stub.key !== undefined && key !== stub.key) return refuse(1001);
    if (path === '/v1/key/info')
      return { status: 200, body: { data: usage.info(at), status: status(0, '', 0) } };
    const refused = usage.refusal(at);
    if (refused !== undefined) return refuse(refused);
    const unknown = listOf(query.get('convert')).find((currency) => !isCurrency(currency));
    if (unknown !== undefined) return refuse(400, `Invalid value for "convert": "${unknown}"`);
    if (/^\/v[13]\/cryptocurrency\/listings\/latest$/.test(path)) return listings(asked);
    if (/^\/v[123]\/cryptocurrency\/quotes\/latest$/.test(path)) return quotes(asked);
    return { status: 404, body: { statusCode: 404, error: 'Not Found', message: 'Not Found' } };
  }

  const served = await startStub<Exclude<CmcFault, Fault>>({ ...settings, now }, answer);
  const stub: CmcStub = Object.assign(served, {
    handed,
    usage,
    key: settings.key,
    cacheMs: settings.cacheMs ?? MINUTE,
    shape: settings.shape ?? 'v1',
    codesAsText: settings.codesAsText ?? false,
    change(id: number, change: Change | undefined) {
      if (change === undefined) changes.delete(id);
      else changes.set(id, change);
    },
    rename(id: number, symbol: string) {
      const at = listing.findIndex((coin) => coin.id === id);
      listing[at] = { ...listing[at]!, symbol };
    },
  });
  return stub;
}
