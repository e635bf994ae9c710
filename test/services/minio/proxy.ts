import { once } from 'node:events';
import { createServer, type IncomingMessage, request as open, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a request to S3 asks for. */
export type Operation =
  | 'put data'
  | 'create multipart'
  | 'part'
  | 'complete'
  | 'abort'
  | 'put log entry'
  | 'list'
  | 'get'
  | 'other';

export const FAULTS = [
  '429',
  '500',
  '503',
  /** The connection ends before the server gets the request. */
  'reset before',
  /** The server executes the request, and its response is lost. */
  'reset after',
  'slow',
  /** In turn: half of the request's body reaches the server (if it has one), or half of the response arrives. */
  'cut in the body',
] as const;
export type Fault = (typeof FAULTS)[number];

export interface S3Proxy {
  /** For `--endpoint`. */
  readonly endpoint: string;
  /** Injects a fault into the next requests of an operation, `times` in a row after letting `skip` pass. */
  inject(operation: Operation, fault: Fault, options?: { skip?: number; times?: number }): void;
  /** Faults that were injected since the last `calm`. */
  readonly injected: number;
  /** Requests seen since the last `calm`, by operation. */
  readonly seen: ReadonlyMap<Operation, number>;
  /** No more faults; counts from 0. */
  calm(): void;
  close(): Promise<void>;
}

interface Plan {
  readonly operation: Operation;
  readonly fault: Fault;
  skip: number;
  times: number;
}

const SLOW_MS = 150;

export function operationOf(method: string, url: string): Operation {
  const { pathname, searchParams } = new URL(url, 'http://proxy');
  if (method === 'POST' && searchParams.has('uploads')) return 'create multipart';
  if (method === 'POST' && searchParams.has('uploadId')) return 'complete';
  if (method === 'PUT' && searchParams.has('partNumber')) return 'part';
  if (method === 'DELETE' && searchParams.has('uploadId')) return 'abort';
  if (method === 'PUT' && /\/_delta_log\/\d+\.json$/.test(pathname)) return 'put log entry';
  if (method === 'PUT' && pathname.endsWith('.parquet')) return 'put data';
  if (method === 'GET' && searchParams.has('list-type')) return 'list';
  if (method === 'GET' && searchParams.get('x-id') === 'GetObject') return 'get';
  return 'other';
}

/** A proxy in front of an S3 server on this machine, on a free port. Signatures hold: it keeps the Host header as it is. */
export async function startS3Proxy(target: string): Promise<S3Proxy> {
  const { hostname, port } = new URL(target);
  let plans: Plan[] = [];
  let injected = 0;
  let seen = new Map<Operation, number>();

  function faultFor(operation: Operation): Fault | undefined {
    seen.set(operation, (seen.get(operation) ?? 0) + 1);
    const plan = plans.find((one) => one.operation === operation && one.times > 0);
    if (!plan) return undefined;
    if (plan.skip > 0) {
      plan.skip--;
      return undefined;
    }
    plan.times--;
    injected++;
    return plan.fault;
  }

  /** The server's answer to a request; `bytes` fewer than announced make it see a broken body. */
  async function forward(request: IncomingMessage, body: Buffer, bytes = body.length) {
    const { method, url, headers } = request;
    const forwarded = open({
      host: hostname,
      port,
      method,
      path: url,
      headers,
      setHost: false,
      agent: false,
    });
    const answered = once(forwarded, 'response') as Promise<[IncomingMessage]>;
    answered.catch(() => {});
    forwarded.write(body.subarray(0, bytes));
    if (bytes < body.length) {
      await sleep(20);
      forwarded.destroy();
      return undefined;
    }
    forwarded.end();
    const [answer] = await answered;
    return { answer, content: await buffer(answer) };
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const fault = faultFor(operationOf(request.method!, request.url!));
    if (fault === '429' || fault === '500' || fault === '503') return refuse(response, Number(fault));
    if (fault === 'reset before') return void request.socket.destroy();
    const cutsRequest = fault === 'cut in the body' && body.length > 0 && injected % 2 === 1;
    const half = cutsRequest ? Math.floor(body.length / 2) : body.length;
    const answered = await forward(request, body, half);
    if (fault === 'slow') await sleep(SLOW_MS);
    if (!answered || fault === 'reset after') return void request.socket.destroy();
    const { answer, content } = answered;
    response.writeHead(answer.statusCode!, answer.statusMessage, answer.rawHeaders);
    if (fault !== 'cut in the body') return void response.end(content);
    response.write(content.subarray(0, Math.floor(content.length / 2)));
    await sleep(20);
    request.socket.destroy();
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    inject: (operation, fault, { skip = 0, times = 1 } = {}) =>
      void plans.push({ operation, fault, skip, times }),
    get injected() {
      return injected;
    },
    get seen() {
      return seen;
    },
    calm() {
      plans = [];
      injected = 0;
      seen = new Map();
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const CODES: Readonly<Record<number, string>> = {
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'SlowDown',
};

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${CODES[status]}</Code><Message>injected</Message></Error>`,
  );
}
