import {
  type Dialect,
  type ExchangeStub,
  type ExchangeStubSettings,
  startExchangeStub,
} from './exchange/exchange-stub.ts';
import { isoMicros, type StubMarket, type StubTrade, type Tape } from './exchange/tape.ts';
import type { Answer } from './server.ts';

/** Kraken's codes in requests; its streams write BTC and DOGE. */
const CODES: Readonly<Record<string, string>> = { BTC: 'XBT', DOGE: 'XDG' };
const code = (symbol: string): string => CODES[symbol] ?? symbol;
const altname = ({ base, quote }: StubMarket): string => `${code(base)}${quote}`;
const krakenName = ({ base, quote }: StubMarket): string =>
  quote === 'USDT' ? altname({ base, quote } as StubMarket) : `X${code(base)}Z${quote}`;

/** Errors come with status 200. */
const answered = (result: unknown, error: readonly string[] = []): Answer => ({
  status: 200,
  body: error.length > 0 ? { error } : { error, result },
});

const streamed = (symbol: string, { id, micros, price, size, side }: StubTrade): object => ({
  symbol,
  side,
  price,
  qty: size,
  ord_type: 'market',
  trade_id: id,
  timestamp: isoMicros(micros),
});

const row = ({ id, micros, price, size, side }: StubTrade): unknown[] => [
  String(price),
  size.toFixed(8),
  micros / 1e6,
  side === 'buy' ? 'b' : 's',
  'm',
  '',
  id,
];

const pairs = (tapes: ReadonlyMap<string, Tape>): object =>
  Object.fromEntries(
    [...tapes.values()].map(({ market }) => [
      krakenName(market),
      {
        altname: altname(market),
        wsname: `${code(market.base)}/${market.quote}`,
        base: `X${code(market.base)}`,
        quote: `Z${market.quote}`,
        status: 'online',
      },
    ]),
  );

const nanosOf = (micros: number): bigint => BigInt(micros * 4) * 250n;

const trades = (tape: Tape, since: string | null, limit: number): Answer => {
  const from = since === null ? undefined : BigInt(since);
  const found =
    from === undefined
      ? tape.trades.slice(-limit)
      : tape.trades.filter(({ micros }) => nanosOf(micros) > from).slice(0, limit);
  const last = found.at(-1);
  return answered({
    [krakenName(tape.market)]: found.map(row),
    last: last === undefined ? (since ?? '0') : String(nanosOf(last.micros)),
  });
};

const STAMPS = { time_in: '2026-03-02T10:15:30.000001Z', time_out: '2026-03-02T10:15:30.000002Z' };

const dialect: Dialect = {
  symbolOf: ({ base, quote }) => `${base}/${quote}`,
  answer({ path, query }, tapes) {
    if (path === '/0/public/AssetPairs') return answered(pairs(tapes));
    if (path !== '/0/public/Trades') return answered(undefined, ['EGeneral:Unknown method']);
    const pair = query.get('pair');
    const tape = [...tapes.values()].find(({ market }) =>
      [altname(market), krakenName(market)].includes(pair ?? ''),
    );
    if (tape === undefined) return answered(undefined, ['EQuery:Unknown asset pair']);
    return trades(tape, query.get('since'), Number(query.get('count') ?? 1000));
  },
  welcome: {
    channel: 'status',
    type: 'update',
    data: [{ system: 'online', api_version: 'v2', connection_id: 1234, version: '2.0.10' }],
  },
  subscribe({ method, params }, tapes) {
    if (method !== 'subscribe') return { symbols: [], replies: [] };
    const { symbol: asked, snapshot } = params as { symbol: string[]; snapshot: boolean };
    const symbols = asked.filter((symbol) => tapes.has(symbol));
    const replies = asked.flatMap((symbol): object[] => {
      const tape = tapes.get(symbol);
      if (tape === undefined) {
        const error = `Currency pair not supported ${symbol}`;
        return [{ error, method, success: false, symbol, ...STAMPS }];
      }
      const result = { channel: 'trade', snapshot, symbol, warnings: [] };
      const data = tape.trades.slice(-50).map((trade) => streamed(symbol, trade));
      return [
        { method, result, success: true, ...STAMPS },
        ...(snapshot ? [{ channel: 'trade', type: 'snapshot', data }] : []),
      ];
    });
    return { symbols, replies };
  },
  match: (symbol, trade) => ({ channel: 'trade', type: 'update', data: [streamed(symbol, trade)] }),
  heartbeat: () => ({ channel: 'heartbeat' }),
};

/** Kraken's public market data on 127.0.0.1. */
export const startKrakenStub = (settings: ExchangeStubSettings = {}): Promise<ExchangeStub> =>
  startExchangeStub(settings, dialect);
