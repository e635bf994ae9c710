import type { WebSocket } from 'ws';
import { type Exchange, lengthOf } from './exchange.ts';
import { klineRow, type StubMarket } from './klines.ts';

const PING_MS = 20_000;
const PONG_WITHIN_MS = 60_000;
const UPDATE_MS = 2000;
const MESSAGES_A_SECOND = 5;

interface Stream {
  readonly name: string;
  readonly market: StubMarket;
  readonly interval: number;
  updatedAt: number;
}

/** A client's connection. */
class Connection {
  readonly #socket: WebSocket;
  readonly #stub: StreamsStub;
  readonly openedAt: number;
  readonly #streams = new Map<string, Stream>();
  #tickedAt: number;
  #pingedAt: number;
  #unanswered: { readonly payload: string; readonly at: number } | undefined;
  #second = { start: 0, count: 0 };

  constructor(socket: WebSocket, stub: StreamsStub) {
    const now = stub.exchange.now();
    this.#socket = socket;
    this.#stub = stub;
    this.openedAt = now;
    this.#tickedAt = now;
    this.#pingedAt = now;
    socket.on('pong', (payload) => {
      this.#count();
      if (payload.toString() === this.#unanswered?.payload) this.#unanswered = undefined;
    });
    socket.on('message', (data) => {
      this.#count();
      this.#request(String(data));
    });
  }

  /** Binance cuts a client that sends more than 5 messages a second, pongs included. */
  #count(): void {
    const now = this.#stub.exchange.now();
    if (now - this.#second.start >= 1000) this.#second = { start: now, count: 0 };
    const count = ++this.#second.count;
    this.#stub.mostMessages = Math.max(this.#stub.mostMessages, count);
    if (count > MESSAGES_A_SECOND) this.#socket.terminate();
  }

  #request(text: string): void {
    const { method, params = [], id } = JSON.parse(text) as { method: string; params?: string[]; id: number };
    for (const name of method === 'SUBSCRIBE' ? params : []) this.#subscribe(name);
    if (method !== 'SUBSCRIBE') this.send({ error: { code: 2, msg: `Invalid request: ${method}` }, id });
    else if (!this.#stub.isSilent) this.send({ result: null, id });
  }

  /** A stream of an unknown symbol is acknowledged, and stays silent. */
  #subscribe(name: string): void {
    const [symbol = '', kind = ''] = name.split('@kline_');
    const market = this.#stub.exchange.markets.get(symbol.toUpperCase());
    if (market !== undefined && !this.#stub.mute.has(market.symbol))
      this.#streams.set(name, { name, market, interval: lengthOf(kind), updatedAt: 0 });
  }

  send(message: unknown): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** Sends what is due by the clock. */
  tick(now: number): void {
    const isUnanswered = this.#unanswered !== undefined && now - this.#unanswered.at > PONG_WITHIN_MS;
    if (isUnanswered || now - this.openedAt >= this.#stub.longestLifeMs) {
      this.#socket.terminate();
      return;
    }
    const since = this.#tickedAt;
    this.#tickedAt = now;
    if (this.#stub.isSilent) return;
    if (now - this.#pingedAt >= PING_MS) {
      const payload = String(now);
      this.#pingedAt = now;
      this.#unanswered ??= { payload, at: now };
      this.#socket.ping(payload);
    }
    for (const stream of this.#streams.values()) this.#update(stream, since, now);
  }

  #update(stream: Stream, since: number, now: number): void {
    const { interval, market } = stream;
    const running = Math.floor(now / interval) * interval;
    for (let start = Math.floor(since / interval) * interval; start < running; start += interval)
      this.#kline(stream, start, true);
    if (now - stream.updatedAt < UPDATE_MS) return;
    stream.updatedAt = now;
    if (this.#stub.exchange.has(market, running)) this.#kline(stream, running, false);
  }

  #kline({ name, market, interval }: Stream, start: number, isFinal: boolean): void {
    const { exchange, loses } = this.#stub;
    if (!exchange.has(market, start) || (isFinal && loses(market.symbol, start))) return;
    const now = exchange.now();
    const [t, o, h, l, c, v, T, q, n, V, Q] = klineRow(market, start, interval, isFinal ? undefined : now);
    const i = name.split('kline_')[1];
    const k = { t, T, s: market.symbol, i, f: 100, L: 200, o, c, h, l, v, n, x: isFinal, q, V, Q, B: '0' };
    this.send({ stream: name, data: { e: 'kline', E: now, s: market.symbol, k } });
  }
}

/** The WebSocket streams. Time reaches them by `tick` alone. */
export class StreamsStub {
  /** Neither messages nor pings, while the connections stay open. */
  isSilent = false;
  /** Older connections are cut: after 24 hours. */
  longestLifeMs = 86_400_000;
  /** Whether the final message of a bar is lost. */
  loses: (symbol: string, start: number) => boolean = () => false;
  /** Symbols whose streams are acknowledged and stay silent. */
  readonly mute = new Set<string>();
  /** Most messages of a client in a second. */
  mostMessages = 0;
  readonly #connections = new Map<WebSocket, Connection>();

  constructor(readonly exchange: Exchange) {}

  connected(socket: WebSocket): void {
    this.#connections.set(socket, new Connection(socket, this));
    socket.on('close', () => this.#connections.delete(socket));
  }

  tick(): void {
    for (const connection of this.#connections.values()) connection.tick(this.exchange.now());
  }

  /** Every connection breaks off, without a close frame. */
  cut(): void {
    for (const socket of this.#connections.keys()) socket.terminate();
  }

  /** Announces that the server will close its connections. */
  announceShutdown(): void {
    const event = { e: 'serverShutdown', E: this.exchange.now() };
    this.send({ stream: '!serverShutdown', data: event });
  }

  send(message: unknown): void {
    for (const connection of this.#connections.values()) connection.send(message);
  }

  /** Sends a text as it is. */
  sendText(text: string): void {
    for (const socket of this.#connections.keys()) socket.send(text);
  }
}
