import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { TweetStream, TwitterApi, TwitterResponse } from 'twitter-api-v2';
import { formatSize } from '../../../core/text/size.ts';
import { deferredRejection } from '../../../core/util/deferred-rejection.ts';
import type { Millis } from '../../../core/util/time.ts';
import { withTimeout } from '../../../core/util/timeout.ts';
import type { HttpAnswer } from '../../shared/http/client.ts';
import { type HttpHeaders, readDate } from '../../shared/http/headers.ts';
import type { SourceContext } from '../../source.ts';
import { newAgent } from './agent.ts';
import { describeBody, readErrorFields, XApiError } from './error.ts';
import { rateLimitWait } from './rate-limit-wait.ts';

/** How to endpoint X, and the secrets to redact. */
export interface Endpoint {
  /** `https://api.x.com`, without a slash at its end. */
  readonly url: string;
  readonly proxy: string | undefined;
  readonly sleep: SourceContext['sleep'];
  readonly now: () => Millis;
  /** Every secret of this run, redacted from all messages. */
  readonly secrets: readonly string[];
}

export type Credentials = string | { readonly username: string; readonly password: string };
type Query = Readonly<Record<string, string | number | boolean>>;

export interface Answer extends Pick<HttpAnswer, 'serverTime' | 'askedAt' | 'answeredAt'> {
  readonly body: unknown;
  readonly headers: HttpHeaders;
}

/** Time limit for a complete response, or for a stream to open. */
const TIMEOUT_MS: Millis = 15_000;
/** The largest response accepted: a full page of 1,000 rules is below 2 MB. */
const LARGEST_ANSWER = 8 * 2 ** 20;
const HEADERS = { 'user-agent': 'cryptopipe', 'x-user-agent': 'cryptopipe' };

const v2 = ({ url }: Endpoint) => ({ prefix: `${url}/2/`, headers: HEADERS });

/** Protected members of the library's stream, which `openStream` replaces. */
interface Internals {
  readonly req: ClientRequest;
  readonly res: Readable;
  readonly originalResponse: IncomingMessage;
  readonly requestData: { requestEventDebugHandler?: Watch };
  initEventsFromRequest: () => void;
}

interface HiddenError {
  readonly _options: { readonly error: NodeJS.ErrnoException };
}

const redact = (text: string, { secrets }: Endpoint): string =>
  secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);

/** Loaded on demand: it takes a quarter of the CLI's start-up time. */
const load = () => import('twitter-api-v2');
type Library = Awaited<ReturnType<typeof load>>;

const networkError = (why: string, endpoint: Endpoint): XApiError =>
  new XApiError(redact(`${new URL(endpoint.url).host}: ${why}`, endpoint), undefined);

const brokenConnection = ({ code, message }: NodeJS.ErrnoException, endpoint: Endpoint): XApiError =>
  networkError(code ?? message, endpoint);

/** Converts the library's errors: they hold the request with its token, so they must not escape. */
function toXApiError(error: unknown, library: Library, endpoint: Endpoint): unknown {
  const { ApiResponseError, ApiPartialResponseError, ApiRequestError } = library;
  const apiError = (body: unknown, status: number, headers: HttpHeaders) =>
    new XApiError(
      redact(`HTTP ${status}: ${describeBody(body)}`, endpoint),
      status,
      readErrorFields(body),
      rateLimitWait(headers, endpoint.now()),
    );
  if (error instanceof XApiError) return error;
  if (error instanceof ApiResponseError) return apiError(error.data, error.code, error.headers);
  if (error instanceof ApiPartialResponseError && (error.response.statusCode ?? 0) >= 400)
    return apiError(error.rawContent, error.response.statusCode!, error.response.headers);
  // The library's `requestError` reads a field that it never sets.
  if (error instanceof ApiRequestError)
    return brokenConnection((error as unknown as HiddenError)._options.error, endpoint);
  if (error instanceof ApiPartialResponseError) return brokenConnection(error.responseError, endpoint);
  return error;
}

/** The library's debug handler, called when a response begins. */
type Watch = (event: string, data?: { readonly res?: IncomingMessage }) => void;

/** Bounds the size of a response: `overflow` rejects when it grows too large. The library itself buffers without a limit. */
function answerGuard(endpoint: Endpoint) {
  const { failed: overflow, fail } = deferredRejection();
  const watch: Watch = (event, { res } = {}) => {
    if (event !== 'response') return;
    let size = 0;
    res?.on('data', (part: Buffer) => {
      size += part.length;
      if (size > LARGEST_ANSWER)
        fail(networkError(`the response is larger than ${formatSize(LARGEST_ANSWER)}`, endpoint));
    });
  };
  return { overflow, watch };
}

/**
 * Runs one attempt on its own agent. A failed, late or endless attempt leaves nothing open. `step` passes `watch` to the
 * library.
 */
async function attempt<T>(
  endpoint: Endpoint,
  credentials: Credentials,
  step: (api: TwitterApi, watch: Watch) => Promise<T>,
  stop = new AbortController(),
): Promise<T> {
  const library = await load();
  const { TwitterApi } = library;
  const httpAgent = await newAgent(endpoint.url, endpoint.proxy, stop.signal);
  const settings = { httpAgent, compression: false };
  // Two calls, because the constructor's overloads do not accept a union.
  const api =
    typeof credentials === 'string'
      ? new TwitterApi(credentials, settings)
      : new TwitterApi(credentials, settings);
  const late = (): never => {
    throw networkError(`no response within ${TIMEOUT_MS / 1000} s`, endpoint);
  };
  try {
    const { overflow, watch } = answerGuard(endpoint);
    return await withTimeout(endpoint, TIMEOUT_MS, Promise.race([step(api, watch), overflow]), late);
  } catch (error) {
    stop.abort();
    throw toXApiError(error, library, endpoint);
  }
}

async function ask(
  endpoint: Endpoint,
  credentials: Credentials,
  request: (api: TwitterApi, watch: Watch) => Promise<TwitterResponse<unknown>>,
): Promise<Answer> {
  const askedAt = endpoint.now();
  const { data: body, headers } = await attempt(endpoint, credentials, request);
  return { body, headers, serverTime: readDate(headers), askedAt, answeredAt: endpoint.now() };
}

const whole = (watch: Watch) => ({ fullResponse: true, requestEventDebugHandler: watch }) as const;

/** GET below `/2/`. Throws XApiError, like every function here. */
export const get = (endpoint: Endpoint, token: string, path: string, query: Query): Promise<Answer> =>
  ask(endpoint, token, (api, watch) =>
    api.v2.get<unknown>(path, query, { ...v2(endpoint), ...whole(watch) }),
  );

export const post = (
  endpoint: Endpoint,
  token: string,
  path: string,
  query: Query,
  body: Record<string, unknown>,
): Promise<Answer> =>
  ask(endpoint, token, (api, watch) =>
    api.v2.post<unknown>(path, body, { ...v2(endpoint), ...whole(watch), query }),
  );

/** An app's bearer token. Replaces the library's `appLogin`, whose address is fixed. */
export async function appLogin(endpoint: Endpoint, key: string, secret: string): Promise<string> {
  const { body } = await ask(endpoint, { username: key, password: secret }, (api, watch) =>
    api.post<unknown>(
      `${endpoint.url}/oauth2/token`,
      { grant_type: 'client_credentials' },
      { ...whole(watch), headers: HEADERS, forceBodyMode: 'url' },
    ),
  );
  const token = (body as { access_token?: unknown } | null)?.access_token;
  if (typeof token !== 'string' || token === '')
    throw new XApiError('the login response contains no token', undefined);
  return token;
}

/** An open stream, unread. The caller must listen for the end and errors of `body` at once. */
export interface Connection {
  readonly body: Readable;
  /** Resolves when the connection is closed. */
  close(): Promise<void>;
}

/**
 * Opens a stream. The library builds the request and reads refusals. Its parser, timers and reconnecting are switched
 * off: it parses each line again, loses a `\r\n` that arrives as its own chunk, and uses its own clocks.
 */
export async function openStream(
  endpoint: Endpoint,
  token: string,
  path: string,
  query: Query,
): Promise<Connection> {
  const stop = new AbortController();
  const internals = await attempt(
    endpoint,
    token,
    async (api, watch) => {
      const stream: TweetStream<unknown> = api.v2.getStream(path, query, {
        ...v2(endpoint),
        autoConnect: false,
      });
      const internals = stream as unknown as Internals;
      internals.initEventsFromRequest = () => {};
      // Bounds refusals only: an open stream has no size limit.
      internals.requestData.requestEventDebugHandler = watch;
      await stream.connect({ autoReconnect: false, keepAliveTimeout: 'disable' });
      const { statusCode = 0, headers } = internals.originalResponse;
      if (statusCode !== 200 || headers['content-type']?.includes('text/html'))
        throw new XApiError(`HTTP ${statusCode}: no stream`, statusCode === 200 ? 502 : statusCode);
      return internals;
    },
    stop,
  );
  const { req, res } = internals;
  const closed = new Promise<void>((resolve) => void res.once('close', resolve));
  req.on('error', () => {});
  return {
    body: res,
    async close() {
      stop.abort();
      res.destroy();
      await closed;
    },
  };
}
