import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

/** An HTTP response in place of a WebSocket. */
export interface Refusal {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SocketStubSettings {
  /** 0: any free one. */
  readonly port?: number;
  /** Answers ordinary requests; 404 by default. */
  readonly request?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Looks at an upgrade request first; a refusal is sent in place of the socket. `target` has path and query. */
  readonly refuse?: (target: URL, request: IncomingMessage) => Refusal | undefined;
  readonly connected: (socket: WebSocket, target: URL) => void;
}

export interface SocketStub {
  /** http://127.0.0.1:PORT; sockets and requests share it. */
  readonly url: string;
  readonly sockets: ReadonlySet<WebSocket>;
  /** The targets of all upgrade requests, also refused ones. */
  readonly upgrades: readonly URL[];
  /** Resolves after `count` upgrade requests since the start. */
  upgraded(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Answers an upgrade request with an HTTP response. */
function sendRefusal(socket: Duplex, { status, body = '', headers = {} }: Refusal): void {
  const lines = { 'content-length': String(Buffer.byteLength(body)), connection: 'close', ...headers };
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} Refused\r\n${head.join('')}\r\n${body}`);
}

/** A server for WebSockets and requests on loopback. */
export async function startSocketStub(settings: SocketStubSettings): Promise<SocketStub> {
  const { port = 0, request, refuse, connected } = settings;
  const upgrades: URL[] = [];
  let observers: { readonly count: number; readonly resolve: () => void }[] = [];
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer(request ?? ((_, response) => response.writeHead(404).end()));
  server.on('upgrade', (asked, socket, head) => {
    const target = new URL(asked.url!, 'http://stub');
    upgrades.push(target);
    // A client that is stopped resets its connection.
    socket.on('error', () => {});
    const refusal = refuse?.(target, asked);
    if (refusal !== undefined) sendRefusal(socket, refusal);
    else sockets.handleUpgrade(asked, socket, head, (open) => connected(open, target));
    for (const { count, resolve } of observers) if (upgrades.length >= count) resolve();
    observers = observers.filter(({ count }) => upgrades.length < count);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets: sockets.clients,
    upgrades,
    upgraded: (count) =>
      upgrades.length >= count
        ? Promise.resolve()
        : new Promise((resolve) => observers.push({ count, resolve })),
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
