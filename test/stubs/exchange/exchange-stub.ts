import type { WebSocket } from 'ws';
import { type Answer, type Asked, type Fault, type Stub, type StubSettings, startStub } from '../server.ts';
import { type Refusal, type SocketStub, startSocketStub } from '../socket-server.ts';
import { MARKETS, type StubMarket, type StubTrade, Tape } from './tape.ts';

/** A subscription as the service answers it. */
export interface Subscribed {
  readonly symbols: readonly string[];
  readonly replies: readonly object[];
}

/** How an exchange writes the same facts. */
export interface Dialect {
  symbolOf(market: StubMarket): string;
  /** The largest page, and the answer to a request. `tapes` are as the history shows them. */
  answer(asked: Asked, tapes: ReadonlyMap<string, Tape>): Answer;
  /** Sent when a connection opens. */
  readonly welcome?: object;
  subscribe(message: Record<string, unknown>, tapes: ReadonlyMap<string, Tape>): Subscribed;
  match(symbol: string, trade: StubTrade): object;
  /** Undefined for a heartbeat of the connection that names no market. */
  heartbeat(symbol: string, tape: Tape): object;
}

export interface ExchangeStub extends Stub<Fault> {
  /** ws://127.0.0.1:PORT */
  readonly wsUrl: string;
  readonly tapes: ReadonlyMap<string, Tape>;
  readonly socket: SocketStub;
  /** Texts that clients have sent. */
  readonly messages: string[];
  /** When each of them came. */
  readonly messageTimes: readonly number[];
  /** A subscription to the market is open. */
  isSubscribed(symbol: string): boolean;
  /** New trades, now; sent to all who subscribed, unless `isLost`. */
  trade(symbol: string, count?: number, isLost?: boolean): void;
  /** Trades within one millisecond, in steps of 250 ns; their messages are lost. */
  crowd(symbol: string, count: number): void;
  /** Sends the latest trades again. */
  repeat(symbol: string, count: number): void;
  /** A heartbeat of every market. */
  beat(): void;
  /** Sends any text to all connections. */
  say(text: string | object): void;
  /** Ends all connections: with a close frame of this code, or without one. */
  cut(code?: number, reason?: string): void;
  /** Answers upgrade requests with this; undefined: accepts them. */
  refusal: Refusal | undefined;
  /** The market stays in the list, but its stream is refused. */
  unlist(symbol: string): void;
  /** Ids that requests do not find. */
  forget(symbol: string, from: number, to: number): void;
  /** The history shows trades up to this many before the newest. */
  lag: number;
}

export interface ExchangeStubSettings extends StubSettings<Fault> {
  /** Of the WebSocket; 0: any free one. */
  readonly wsPort?: number;
  /** The first id of each market. */
  readonly firstId?: number;
  /** Trades of each market come by themselves, so many a second of real time, with heartbeats; by default none. */
  readonly tradesPerSecond?: number;
}

/** An exchange on two ports of 127.0.0.1: requests and stream. */
export async function startExchangeStub(
  settings: ExchangeStubSettings,
  dialect: Dialect,
): Promise<ExchangeStub> {
  const { now = Date.now, wsPort = 0, firstId, tradesPerSecond = 0 } = settings;
  const tapes = new Map<string, Tape>();
  for (const market of MARKETS) {
    const symbol = dialect.symbolOf(market);
    tapes.set(symbol, new Tape(symbol, market, firstId));
  }
  const forgotten: { readonly symbol: string; readonly from: number; readonly to: number }[] = [];
  const subscriptions = new Map<WebSocket, Set<string>>();
  const messages: string[] = [];
  const messageTimes: number[] = [];
  const unlisted = new Set<string>();
  const streamed = () => new Map([...tapes].filter(([symbol]) => !unlisted.has(symbol)));

  /** What requests see. */
  function history(): ReadonlyMap<string, Tape> {
    if (forgotten.length === 0 && stub.lag === 0) return tapes;
    return new Map(
      [...tapes].map(([symbol, tape]) => {
        const seen = new Tape(symbol, tape.market);
        const lost = forgotten.filter((one) => one.symbol === symbol);
        const shown = tape.trades.filter(
          ({ id }) => id <= tape.lastId - stub.lag && !lost.some(({ from, to }) => id >= from && id <= to),
        );
        seen.trades.push(...shown);
        return [symbol, seen] as const;
      }),
    );
  }

  const send = (socket: WebSocket, message: string | object): void =>
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  const subscribers = (symbol: string): WebSocket[] =>
    [...subscriptions].filter(([, symbols]) => symbols.has(symbol)).map(([socket]) => socket);

  const socket = await startSocketStub({
    port: wsPort,
    refuse: () => stub.refusal,
    connected(open) {
      subscriptions.set(open, new Set());
      open.on('close', () => subscriptions.delete(open));
      if (dialect.welcome !== undefined) send(open, dialect.welcome);
      open.on('message', (data) => {
        messages.push(String(data));
        messageTimes.push(now());
        const { symbols, replies } = dialect.subscribe(JSON.parse(String(data)), streamed());
        for (const symbol of symbols) subscriptions.get(open)?.add(symbol);
        for (const reply of replies) send(open, reply);
      });
    },
  });
  const rest = await startStub<never>({ ...settings, now }, (asked) => dialect.answer(asked, history()));
  const stub: ExchangeStub = Object.assign(rest, {
    wsUrl: socket.url.replace('http', 'ws'),
    tapes,
    socket,
    messages,
    messageTimes,
    refusal: undefined,
    lag: 0,
    isSubscribed: (symbol: string) => subscribers(symbol).length > 0,
    trade(symbol: string, count = 1, isLost = false) {
      for (let left = count; left > 0; left--) {
        const trade = tapes.get(symbol)!.add(now());
        if (!isLost) for (const open of subscribers(symbol)) send(open, dialect.match(symbol, trade));
      }
    },
    crowd(symbol: string, count: number) {
      for (let at = 0; at < count; at++) tapes.get(symbol)!.add(now(), now() * 1000 + at / 4);
    },
    repeat(symbol: string, count: number) {
      for (const trade of tapes.get(symbol)!.trades.slice(-count))
        for (const open of subscribers(symbol)) send(open, dialect.match(symbol, trade));
    },
    beat() {
      for (const [symbol, tape] of tapes)
        for (const open of subscribers(symbol)) send(open, dialect.heartbeat(symbol, tape));
    },
    say(text: string | object) {
      for (const open of subscriptions.keys()) send(open, text);
    },
    cut(code?: number, reason?: string) {
      for (const open of subscriptions.keys())
        if (code === undefined) open.terminate();
        else open.close(code, reason);
    },
    unlist(symbol: string) {
      unlisted.add(symbol);
    },
    forget(symbol: string, from: number, to: number) {
      forgotten.push({ symbol, from, to });
    },
    close: ((closeRest) => async () => {
      await Promise.all([closeRest(), socket.close()]);
    })(rest.close),
  });
  if (tradesPerSecond > 0) runTape(stub, tradesPerSecond);
  return stub;
}

/** Trades and heartbeats by real time, until the process ends. */
function runTape(stub: ExchangeStub, tradesPerSecond: number): void {
  const trade = (): void => {
    for (const symbol of stub.tapes.keys()) stub.trade(symbol);
  };
  trade();
  setInterval(trade, 1000 / tradesPerSecond).unref();
  setInterval(() => stub.beat(), 1000).unref();
}
