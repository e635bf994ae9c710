import type { ServerResponse } from 'node:http';
import { type Exchange, lengthOf } from './exchange.ts';

/** What REST, the dumps' host or an upgrade answers in place of a good answer. */
export interface BinanceFault {
  readonly status: number;
  /** Text, or an object that is sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The faults of Binance's error table. */
export const BINANCE_FAULTS = {
  firewall: { status: 403, body: '<html><body>403 Forbidden</body></html>' },
  tooMany: (seconds: number): BinanceFault => ({
    status: 429,
    body: {
      code: -1003,
      msg: 'Too much request weight used; current limit is 6000 request weight per 1 MINUTE.',
    },
    headers: { 'retry-after': String(seconds) },
  }),
  banned: (seconds: number): BinanceFault => ({
    status: 418,
    body: { code: -1003, msg: 'Way too much request weight used; IP banned until 1795860900000.' },
    headers: { 'retry-after': String(seconds) },
  }),
  restricted: {
    status: 451,
    body: { code: 0, msg: "Service unavailable from a restricted location according to 'b. Eligibility'." },
  },
  overloaded: {
    status: 503,
    body: { code: -1008, msg: 'Server is currently overloaded with other requests.' },
  },
  invalidSymbol: { status: 400, body: { code: -1121, msg: 'Invalid symbol.' } },
  invalidInterval: { status: 400, body: { code: -1120, msg: 'Invalid interval.' } },
  illegal: { status: 400, body: { code: -1100, msg: "Illegal characters found in parameter 'symbol'." } },
} as const satisfies Readonly<Record<string, BinanceFault | ((seconds: number) => BinanceFault)>>;

const WEIGHTS: Readonly<Record<string, number>> = { exchangeInfo: 20, klines: 2, time: 1 };

/** The REST interface. Counts weights by the minute, and answers 429 beyond the limit. */
export class RestStub {
  limit = 6000;
  /** The largest weight of a minute. */
  mostWeight = 0;
  /** Header Date is left out. */
  withoutDate = false;
  readonly #exchange: Exchange;
  #minute = 0;
  #weight = 0;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  answer(target: URL, response: ServerResponse): void {
    const name = target.pathname.slice('/api/v3/'.length);
    const { status, body, headers = {} } = this.#weigh(name) ?? this.#serve(name, target.searchParams);
    this.send(response, {
      status,
      body,
      headers: { 'x-mbx-used-weight-1m': String(this.#weight), ...headers },
    });
  }

  send(response: ServerResponse, { status, body = '', headers = {} }: BinanceFault): void {
    const type = typeof body === 'string' ? 'text/html' : 'application/json';
    if (this.withoutDate) response.sendDate = false;
    else response.setHeader('date', new Date(this.#exchange.now()).toUTCString());
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  #weigh(name: string): BinanceFault | undefined {
    const minute = Math.floor(this.#exchange.now() / 60_000);
    if (minute !== this.#minute) this.#weight = 0;
    this.#minute = minute;
    this.#weight += WEIGHTS[name] ?? 1;
    this.mostWeight = Math.max(this.mostWeight, this.#weight);
    return this.#weight > this.limit ? BINANCE_FAULTS.tooMany(60) : undefined;
  }

  #serve(name: string, query: URLSearchParams): BinanceFault {
    if (name === 'time') return { status: 200, body: { serverTime: this.#exchange.now() } };
    if (name === 'exchangeInfo') return this.#info(query);
    if (name === 'klines') return this.#klines(query);
    return { status: 404, body: '<html>404</html>' };
  }

  #info(query: URLSearchParams): BinanceFault {
    const { markets, now } = this.#exchange;
    const asked = JSON.parse(query.get('symbols') ?? '[]') as string[];
    if (asked.some((symbol) => !markets.has(symbol))) return BINANCE_FAULTS.invalidSymbol;
    const symbols = [...markets.values()]
      .filter(({ symbol }) => asked.length === 0 || asked.includes(symbol))
      .map(({ symbol, status, base, quote }) => ({ symbol, status, baseAsset: base, quoteAsset: quote }));
    const rateLimits = [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: this.limit },
      { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: 61_000 },
    ];
    return {
      status: 200,
      body: { timezone: 'UTC', serverTime: now(), rateLimits, exchangeFilters: [], symbols },
    };
  }

  #klines(query: URLSearchParams): BinanceFault {
    const market = this.#exchange.markets.get(query.get('symbol') ?? '');
    const interval = lengthOf(query.get('interval') ?? '');
    if (market === undefined) return BINANCE_FAULTS.invalidSymbol;
    if (Number.isNaN(interval)) return BINANCE_FAULTS.invalidInterval;
    const from = Number(query.get('startTime') ?? 0);
    const to = Number(query.get('endTime') ?? Number.MAX_SAFE_INTEGER);
    const limit = Math.min(1000, Number(query.get('limit') ?? 500));
    return { status: 200, body: this.#exchange.klines(market, interval, from, to + 1, limit) };
  }
}
