import type { Dispatcher } from 'undici';
import { formatSpan, type Millis } from '../../../core/util/time.ts';
import { withTimeout } from '../../../core/util/timeout.ts';
import type { SourceContext, Waits } from '../../source.ts';
import { parseBody, readBody } from './body.ts';
import { type HttpHeaders, oneHeader, readDate, readRetryAfter } from './headers.ts';
import { HttpError } from './http-error.ts';

/** Time limit for a complete response. */
export const TIME_OUT_MS: Millis = 15_000;

/** A JSON response with any status. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
  /** From header Date, in whole seconds. */
  readonly serverTime: Millis | undefined;
  /** From header Retry-After; 0: none. */
  readonly retryAfterMs: Millis;
  readonly headers: HttpHeaders;
  readonly askedAt: Millis;
  readonly answeredAt: Millis;
}

export interface HttpClient {
  /** Throws HttpError when no JSON response arrives in time. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>;
  close(): Promise<void>;
}

const HEADERS = { accept: 'application/json', 'accept-encoding': 'gzip', 'user-agent': 'cryptopipe' };

/** One keep-alive connection without timeouts of its own. */
export async function connectTo(origin: string, proxy: string | undefined): Promise<Dispatcher> {
  const { Pool, ProxyAgent } = await import('undici');
  const limits = { connections: 1, headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 0 } };
  if (proxy === undefined) return new Pool(origin, limits);
  const token = proxyToken(new URL(proxy));
  return new ProxyAgent({ ...limits, uri: proxy, ...(token && { token }) });
}

/** Proxy credentials, if any. undici itself drops a user name without a password. */
const proxyToken = ({ username, password }: URL): string | undefined =>
  username === '' && password === ''
    ? undefined
    : `Basic ${Buffer.from([username, password].map(decodeURIComponent).join(':')).toString('base64')}`;

/** A network error whose message contains no address. */
function networkError(error: unknown, behindProxy: boolean): HttpError {
  const { code, cause, name } = error as { code?: string; cause?: { code?: string }; name?: string };
  const reason = code ?? cause?.code ?? name ?? 'unknown';
  if (behindProxy && reason === 'UND_ERR_ABORTED')
    return new HttpError('network', 'the proxy refused the connection');
  return new HttpError('network', `connection failed or broke off (${reason})`);
}

/** A client of the service at `base`, through the configured proxy. Send requests one at a time. */
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
    dispatcher ??= connectTo(origin, behind);
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
          : new HttpError('time-out', `no response within ${formatSpan(TIME_OUT_MS)}`);
      };
      try {
        const asking = request(`${prefix}${path}`, { ...HEADERS, ...headers }, stop.signal);
        const got = await withTimeout(context, TIME_OUT_MS, asking, late);
        const answeredAt = now();
        const retryAfterMs = readRetryAfter(got.headers, answeredAt);
        const body = parseBody(got.bytes, oneHeader(got.headers, 'content-encoding'));
        if (body === undefined)
          throw new HttpError(
            'not JSON',
            `HTTP ${got.status} with a response that is not JSON`,
            retryAfterMs,
            got.status,
          );
        return {
          status: got.status,
          body,
          serverTime: readDate(got.headers),
          retryAfterMs,
          headers: got.headers,
          askedAt,
          answeredAt,
        };
      } catch (error) {
        stop.abort();
        await disconnect();
        if (error instanceof HttpError) throw error;
        throw networkError(error, behind !== undefined);
      }
    },
    close: disconnect,
  };
}
