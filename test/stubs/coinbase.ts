import {
  type Dialect,
  type ExchangeStub,
  type ExchangeStubSettings,
  startExchangeStub,
} from './exchange/exchange-stub.ts';
import { isoMicros, type StubTrade, type Tape } from './exchange/tape.ts';
import type { Answer } from './server.ts';

const refuse = (status: number, message: string): Answer => ({ status, body: { message } });

/** Coinbase names the maker's side. */
const fields = ({ id, micros, price, size, side }: StubTrade) => ({
  trade_id: id,
  side: side === 'buy' ? 'sell' : 'buy',
  size: size.toFixed(8),
  price: String(price),
  time: isoMicros(micros),
});

const match = (type: string, symbol: string, trade: StubTrade): object => ({
  type,
  maker_order_id: '0b3e6f3c-0000-4000-8000-000000000001',
  taker_order_id: '0b3e6f3c-0000-4000-8000-000000000002',
  product_id: symbol,
  sequence: 7 * trade.id,
  ...fields(trade),
});

const product = ({ symbol, market }: Tape): object => ({
  id: symbol,
  base_currency: market.base,
  quote_currency: market.quote,
  status: 'online',
  trading_disabled: false,
});

const dialect: Dialect = {
  symbolOf: ({ base, quote }) => `${base}-${quote}`,
  answer({ path, query, headers }, tapes) {
    if (!headers['user-agent']) return refuse(403, 'User-Agent header is required.');
    if (path === '/products') return { status: 200, body: [...tapes.values()].map(product) };
    const tape = tapes.get(/^\/products\/([^/]+)\/trades$/.exec(path)?.[1] ?? '');
    if (tape === undefined) return refuse(404, 'NotFound');
    const limit = Number(query.get('limit') ?? 100);
    if (limit > 1000) return refuse(400, 'limit is too large');
    const before = Number(query.get('after') ?? Number.POSITIVE_INFINITY);
    const found = tape.trades.filter(({ id }) => id < before).slice(-limit);
    return { status: 200, body: found.map(fields).reverse() };
  },
  subscribe({ type, product_ids, channels }, tapes) {
    if (type !== 'subscribe') return { symbols: [], replies: [] };
    const symbols = product_ids as string[];
    const unknown = symbols.find((symbol) => !tapes.has(symbol));
    if (unknown !== undefined) {
      const reason = `${unknown} is not a valid product`;
      return { symbols: [], replies: [{ type: 'error', message: 'Failed to subscribe', reason }] };
    }
    const subscribed = (channels as string[]).map((name) => ({ name, product_ids: symbols }));
    const last = symbols.flatMap((symbol) => {
      const trade = tapes.get(symbol)!.trades.at(-1);
      return trade === undefined ? [] : [match('last_match', symbol, trade)];
    });
    return { symbols, replies: [{ type: 'subscriptions', channels: subscribed }, ...last] };
  },
  match: (symbol, trade) => match('match', symbol, trade),
  heartbeat: (symbol, tape) => ({
    type: 'heartbeat',
    sequence: 7 * tape.lastId + 1,
    last_trade_id: tape.lastId,
    product_id: symbol,
    time: isoMicros(tape.trades.at(-1)?.micros ?? 0),
  }),
};

/** Coinbase Exchange on 127.0.0.1. */
export const startCoinbaseStub = (settings: ExchangeStubSettings = {}): Promise<ExchangeStub> =>
  startExchangeStub(settings, dialect);
