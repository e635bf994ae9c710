import { DumpsStub } from './binance/dumps.ts';
import { Exchange } from './binance/exchange.ts';
import { type BinanceFault, RestStub } from './binance/rest.ts';
import { StreamsStub } from './binance/streams.ts';
import { startSocketStub } from './socket-server.ts';

export interface BinanceStubSettings {
  /** 0: any free one. */
  readonly port?: number;
  /** The system's by default. */
  readonly now?: () => number;
  /** Milliseconds of real time between ticks of the streams; absent: by hand. */
  readonly tickEveryMs?: number;
}

export interface BinanceStub {
  /** REST and dumps. */
  readonly url: string;
  readonly wsUrl: string;
  readonly exchange: Exchange;
  readonly rest: RestStub;
  readonly dumps: DumpsStub;
  readonly streams: StreamsStub;
  /** Paths with queries of all requests, in order. */
  readonly requests: readonly string[];
  /** Number of upgrade requests so far. */
  connects(): number;
  /** Number of connections that are open. */
  open(): number;
  /** Resolves after so many upgrade requests since the start. */
  upgraded(count: number): Promise<void>;
  /** The next requests get these answers. */
  next(fault: BinanceFault, times?: number): void;
  /** The next upgrade requests get these answers. */
  refuse(fault: BinanceFault, times?: number): void;
  close(): Promise<void>;
}

/** Binance's market data on 127.0.0.1: REST, streams and the files of history. */
export async function startBinanceStub(settings: BinanceStubSettings = {}): Promise<BinanceStub> {
  const { port = 0, now = Date.now, tickEveryMs } = settings;
  const exchange = new Exchange(now);
  const rest = new RestStub(exchange);
  const dumps = new DumpsStub(exchange);
  const streams = new StreamsStub(exchange);
  const faults: BinanceFault[] = [];
  const refusals: BinanceFault[] = [];
  const requests: string[] = [];
  const textOf = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body ?? {}));
  const server = await startSocketStub({
    port,
    request(request, response) {
      const target = new URL(request.url!, 'http://stub');
      requests.push(request.url!);
      const fault = faults.shift();
      if (fault !== undefined) rest.send(response, fault);
      else if (target.pathname.startsWith('/data/')) dumps.answer(target, response);
      else rest.answer(target, response);
    },
    refuse() {
      const refusal = refusals.shift();
      return refusal && { ...refusal, body: textOf(refusal.body) };
    },
    connected: (socket) => streams.connected(socket),
  });
  const timer = tickEveryMs === undefined ? undefined : setInterval(() => streams.tick(), tickEveryMs);
  const { url } = server;
  return {
    url,
    wsUrl: url.replace('http', 'ws'),
    exchange,
    rest,
    dumps,
    streams,
    requests,
    connects: () => server.upgrades.length,
    open: () => server.sockets.size,
    upgraded: server.upgraded,
    next(fault, times = 1) {
      for (let count = 0; count < times; count++) faults.push(fault);
    },
    refuse(fault, times = 1) {
      for (let count = 0; count < times; count++) refusals.push(fault);
    },
    async close() {
      clearInterval(timer);
      await server.close();
    },
  };
}
