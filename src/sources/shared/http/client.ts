import type { Dispatcher } from 'undici';
import { formatSpan, type Millis } from '../../../core/util/time.ts';
import { withTimeout } from '../../../core/util/timeout.ts';
import type { SourceContext, Waits } from '../../source.ts';
import { parseBody, readBody } from './body.ts';
import { type HttpHeaders, oneHeader, readDate, readRetryAfter } from './headers.ts';
import { HttpError } from './http-error.ts';

/** How long an answer may take, to its last byte. */
export const TIME_OUT_MS: Millis = 15_000;

/** An answer of JSON, whatever its status. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Of header Date, in whole seconds. */
  readonly serverTime: Millis | undefined;
  /** Of header Retry-After; 0: none. */
  readonly retryAfterMs: Millis;
  readonly askedAt: Millis;
  readonly answeredAt: Millis;
}

export interface HttpClient {
  /** Throws Trouble when there is no answer of JSON in time. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>;
  close(): Promise<void>;
}

const HEADERS = { accept: 'application/json', 'accept-encoding': 'gzip', 'user-agent': 'cryptopipe' };

/** One connection, kept open between requests; no timer of its own ends a request. */
async function connect(origin: string, proxy: string | undefined): Promise<Dispatcher> {
  const { Pool, ProxyAgent } = await import('undici');
  const limits = { connections: 1, headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 0 } };
  if (proxy === undefined) return new Pool(origin, limits);
  const token = proxyToken(new URL(proxy));
  return new ProxyAgent({ ...limits, uri: proxy, ...(token && { token }) });
}

/** What logs in at a proxy; undefined for nobody. undici itself leaves out a user without a password. */
const proxyToken = ({ username, password }: URL): string | undefined =>
  username === '' && password === ''
    ? undefined
    : `Basic ${Buffer.from([username, password].map(decodeURIComponent).join(':')).toString('base64')}`;

/** A network error in words that tell no address. */
function networkTrouble(error: unknown, behindProxy: boolean): HttpError {
  const { code, cause, name } = error as { code?: string; cause?: { code?: string }; name?: string };
  const told = code ?? cause?.code ?? name ?? 'unknown';
  if (behindProxy && told === 'UND_ERR_ABORTED') return new HttpError('network', 'the proxy refuses it');
  return new HttpError('network', `no connection, or a broken one (${told})`);
}

/** A client of the service at `base`, through the proxy that the environment names. Requests go one after the other. */
export function httpClient(base: string, context: Waits & Pick<SourceContext, 'proxy'>): HttpClient {
  const { now, signal, proxy } = context;
  const { origin, pathname } = new URL(base);
  const prefix = pathname.replace(/\/$/, '');
  const behind = proxy(`${origin}${prefix}/`);
  let dispatcher: Promise<Dispatcher> | undefined;

  async function disconnect(): Promise<void> {
    const open = dispatcher;
    dispatcher = undefined;
    await (await open)?.destroy();
  }

  async function request(path: string, headers: Record<string, string>, stop: AbortSignal) {
    dispatcher ??= connect(origin, behind);
    const answer = await (await dispatcher).request({ origin, path, method: 'GET', headers, signal: stop });
    const bytes = await readBody(answer.body);
    return { status: answer.statusCode, headers: answer.headers as HttpHeaders, bytes };
  }

  return {
    async get(path, headers = {}) {
      const askedAt = now();
      const stop = new AbortController();
      const late = (): never => {
        throw signal.aborted
          ? new Error('stopped')
          : new HttpError('time-out', `no answer within ${formatSpan(TIME_OUT_MS)}`);
      };
      try {
        const asking = request(`${prefix}${path}`, { ...HEADERS, ...headers }, stop.signal);
        const got = await withTimeout(context, TIME_OUT_MS, asking, late);
        const answeredAt = now();
        const retryAfterMs = readRetryAfter(got.headers, answeredAt);
        const body = parseBody(got.bytes, oneHeader(got.headers, 'content-encoding'));
        if (body === undefined)
          throw new HttpError('not JSON', `HTTP ${got.status} with an answer that is not JSON`, retryAfterMs);
        return {
          status: got.status,
          body,
          serverTime: readDate(got.headers),
          retryAfterMs,
          askedAt,
          answeredAt,
        };
      } catch (error) {
        stop.abort();
        await disconnect();
        if (error instanceof HttpError) throw error;
        throw networkTrouble(error, behind !== undefined);
      }
    },
    close: disconnect,
  };
}
