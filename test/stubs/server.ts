import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

/** A failure of a stub, in place of a good answer. */
export type Fault =
  /** The connection is reset, without an answer. */
  | { readonly kind: 'reset' }
  /** No answer, for as long as the client waits. */
  | { readonly kind: 'silent' }
  /** The good answer, delayed until `release()` or by `ms` of real time. */
  | { readonly kind: 'slow'; readonly ms?: number }
  /** Headers and half of the body, then the connection breaks. */
  | { readonly kind: 'cut' }
  /** A complete response with half of the text. */
  | { readonly kind: 'half' }
  /** Up to 256 MB of white space. */
  | { readonly kind: 'oversized' }
  /** A gateway's HTML page. */
  | { readonly kind: 'html'; readonly status?: number }
  /** Any answer. */
  | {
      readonly kind: 'answer';
      readonly status?: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    };

/** An answer of a service. `handed` is called once it was sent completely. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly handed?: () => void;
}

export interface Asked {
  /** From 1. */
  readonly number: number;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  /** By the stub's clock. */
  readonly at: number;
}

export interface StubSettings<F> {
  /** 0: any free one. */
  readonly port?: number;
  /** The time in answers and in header Date; the system's by default. */
  readonly now?: () => number;
  /** The fault for a request, by its number from 1. */
  readonly fault?: (request: number, asked: Asked) => F | undefined;
}

/** The controls of every stub. */
export interface Stub<F> {
  readonly url: string;
  readonly requests: readonly Asked[];
  /** Resolves after `count` requests since the start. */
  asked(count: number): Promise<void>;
  /** The next `times` requests get this fault. Cues queue up and take precedence over the settings. */
  next(fault: F, times?: number): void;
  /** Sends all delayed answers. */
  release(): void;
  /** How far header Date is ahead of the stub's clock, in ms. */
  dateOffsetMs: number;
  /** Numbers of the requests that were the last on their connection: a client that gives up closes it. */
  readonly last: ReadonlySet<number>;
  /** Connections: open now, most at once, all. */
  readonly connections: { open: number; most: number; all: number };
  close(): Promise<void>;
}

/** Long, because idle connections must not close while a hand-turned clock stands still. */
const KEEP_ALIVE_MS = 600_000;
const OVERSIZED = 256 * 2 ** 20;

const isCommon = (fault: { readonly kind: string }): fault is Fault =>
  ['reset', 'silent', 'slow', 'cut', 'half', 'oversized', 'html', 'answer'].includes(fault.kind);

/** Resolves after `count` turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await nextTurn();
}

/** Sends blanks up to the limit, as fast as the client reads them. */
export function pour(response: ServerResponse, status = 200): void {
  const block = Buffer.alloc(2 ** 20, ' ');
  let left = OVERSIZED;
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= block.length;
      if (!response.write(block)) return void response.once('drain', more);
    }
    response.end();
  };
  response.writeHead(status, { 'content-type': 'application/json' });
  more();
}

/** An HTTP server on 127.0.0.1. `answer` is the service; it receives only its own kinds of faults. */
export async function startStub<F extends { readonly kind: string }>(
  { port = 0, now = Date.now, fault: planned }: StubSettings<F | Fault>,
  answer: (asked: Asked, fault: F | undefined) => Answer,
): Promise<Stub<F | Fault>> {
  const requests: Asked[] = [];
  const cues: (F | Fault)[] = [];
  const delayed = new Set<() => void>();
  const sockets = new Set<Socket>();
  /** Sockets that the client has not closed; the server's own end of a closed one takes its time to close. */
  const clients = new Set<Socket>();
  const latest = new WeakMap<Socket, number>();
  const last = new Set<number>();
  const connections = { open: 0, most: 0, all: 0 };
  let waiters: { count: number; resolve: () => void }[] = [];

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stub');
    const { headers } = request;
    const asked = { number: requests.length + 1, path: pathname, query: searchParams, headers, at: now() };
    requests.push(asked);
    latest.set(request.socket, asked.number);
    serve(asked, cues.shift() ?? planned?.(asked.number, asked), response);
    for (const { count, resolve } of waiters) if (requests.length >= count) resolve();
    waiters = waiters.filter(({ count }) => requests.length < count);
  });

  function serve(asked: Asked, fault: F | Fault | undefined, response: ServerResponse): void {
    response.setHeader('date', new Date(now() + stub.dateOffsetMs).toUTCString());
    const good = () => answer(asked, undefined);
    if (fault === undefined || !isCommon(fault)) send(asked, answer(asked, fault), response);
    else if (fault.kind === 'reset') response.socket?.resetAndDestroy();
    else if (fault.kind === 'slow') hold(fault.ms, () => send(asked, good(), response));
    else if (fault.kind === 'cut') cut(good(), response);
    else if (fault.kind === 'half') half(good(), response);
    else if (fault.kind === 'oversized') pour(response);
    else if (fault.kind === 'html') {
      response.writeHead(fault.status ?? 200, { 'content-type': 'text/html' });
      response.end(
        '<!DOCTYPE html><html><head><title>Bad gateway</title></head><body>Bad gateway</body></html>',
      );
    } else if (fault.kind === 'answer') {
      const { status = 200, body = {}, headers } = fault;
      send(asked, { status, body, headers }, response);
    }
  }

  function send(asked: Asked, { status, body, headers, handed }: Answer, response: ServerResponse): void {
    const text = JSON.stringify(body);
    const packs = /\bgzip\b/.test(String(asked.headers['accept-encoding'])) && text.length > 1400;
    if (handed) response.once('finish', handed);
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      ...(packs && { 'content-encoding': 'gzip' }),
      ...headers,
    });
    response.end(packs ? gzipSync(text, { level: 1 }) : text);
  }

  function cut({ status, body }: Answer, response: ServerResponse): void {
    const bytes = Buffer.from(JSON.stringify(body));
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
    response.write(bytes.subarray(0, bytes.length >> 1), () => response.socket?.destroy());
  }

  function half({ status, body }: Answer, response: ServerResponse): void {
    const text = JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(text.slice(0, text.length >> 1));
  }

  function hold(ms: number | undefined, send: () => void): void {
    const go = (): void => {
      if (delayed.delete(go)) send();
    };
    delayed.add(go);
    if (ms !== undefined) setTimeout(go, ms).unref();
  }

  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on('connection', (socket) => {
    sockets.add(socket);
    connections.all++;
    connections.open = sockets.size;
    clients.add(socket);
    // Handle a close that arrived with it first.
    void turns(5).then(() => {
      connections.most = Math.max(connections.most, clients.size);
    });
    socket.on('end', () => clients.delete(socket));
    socket.on('close', () => {
      last.add(latest.get(socket) ?? 0);
      sockets.delete(socket);
      clients.delete(socket);
      connections.open = sockets.size;
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

  const stub: Stub<F | Fault> = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    last,
    dateOffsetMs: 0,
    connections,
    asked: (count) =>
      new Promise((resolve) => {
        if (requests.length >= count) resolve();
        else waiters.push({ count, resolve });
      }),
    next(fault, times = 1) {
      for (let i = 0; i < times; i++) cues.push(fault);
    },
    release() {
      for (const go of [...delayed]) go();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return stub;
}
