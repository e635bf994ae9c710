import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { TweetStream, TwitterApi, TwitterResponse } from 'twitter-api-v2';
import { formatBytes } from '../../../core/text/size.ts';
import { deferredRejection } from '../../../core/util/deferred-rejection.ts';
import type { Millis } from '../../../core/util/time.ts';
import { withTimeout } from '../../../core/util/timeout.ts';
import type { HttpAnswer } from '../../shared/http/client.ts';
import { type HttpHeaders, readDate } from '../../shared/http/headers.ts';
import type { SourceContext } from '../../source.ts';
import { newAgent } from './agent.ts';
import { readSaid, words, XApiError } from './error.ts';
import { rateLimitWait } from './rate-limit-wait.ts';

/** How X is reached, and what must not be shown. */
export interface Reach {
  /** `https://api.x.com`, without a slash at its end. */
  readonly url: string;
  readonly proxy: string | undefined;
  readonly sleep: SourceContext['sleep'];
  readonly now: () => Millis;
  /** Every secret of this run: none may be in a message, whoever said it. */
  readonly secrets: readonly string[];
}

export type Credentials = string | { readonly username: string; readonly password: string };
type Query = Readonly<Record<string, string | number | boolean>>;

export interface Answer extends Pick<HttpAnswer, 'serverTime' | 'askedAt' | 'answeredAt'> {
  readonly body: unknown;
  readonly headers: HttpHeaders;
}

/** An answer must be whole, and a stream begin, within this time. */
const TIMEOUT_MS: Millis = 15_000;
/** The largest answer taken: 1,000 rules of an app, the largest page, are below 2 MB. */
const LARGEST_ANSWER = 8 * 2 ** 20;
const HEADERS = { 'user-agent': 'cryptopipe', 'x-user-agent': 'cryptopipe' };

const v2 = ({ url }: Reach) => ({ prefix: `${url}/2/`, headers: HEADERS });

/** What the library calls protected. Its own way with a stream is replaced: see `openStream`. */
interface Insides {
  readonly req: ClientRequest;
  readonly res: Readable;
  readonly originalResponse: IncomingMessage;
  readonly requestData: { requestEventDebugHandler?: Watch };
  initEventsFromRequest: () => void;
}

interface HiddenError {
  readonly _options: { readonly error: NodeJS.ErrnoException };
}

const hidden = (text: string, { secrets }: Reach): string =>
  secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);

/** Loaded when it is needed: that takes a quarter of the command line's start. */
const load = () => import('twitter-api-v2');
type Library = Awaited<ReturnType<typeof load>>;

const silence = (why: string, reach: Reach): XApiError =>
  new XApiError(hidden(`${new URL(reach.url).host}: ${why}`, reach), undefined);

const broken = ({ code, message }: NodeJS.ErrnoException, reach: Reach): XApiError =>
  silence(code ?? message, reach);

/** The library's errors hold the request with its token, so they are never handed on. */
function troubleOf(error: unknown, library: Library, reach: Reach): unknown {
  const { ApiResponseError, ApiPartialResponseError, ApiRequestError } = library;
  const trouble = (body: unknown, status: number, headers: HttpHeaders) =>
    new XApiError(
      hidden(`HTTP ${status}: ${words(body)}`, reach),
      status,
      readSaid(body),
      rateLimitWait(headers, reach.now()),
    );
  if (error instanceof XApiError) return error;
  if (error instanceof ApiResponseError) return trouble(error.data, error.code, error.headers);
  if (error instanceof ApiPartialResponseError && (error.response.statusCode ?? 0) >= 400)
    return trouble(error.rawContent, error.response.statusCode!, error.response.headers);
  // Its `requestError` reads a field that nothing sets.
  if (error instanceof ApiRequestError)
    return broken((error as unknown as HiddenError)._options.error, reach);
  if (error instanceof ApiPartialResponseError) return broken(error.responseError, reach);
  return error;
}

/** What the library calls its debug handler: it is told when an answer begins. */
type Watch = (event: string, data?: { readonly res?: IncomingMessage }) => void;

/** Counts the bytes of an answer; `overflow` rejects once they are too many. The library itself keeps them without a bound. */
function answerGuard(reach: Reach) {
  const { failed: overflow, fail } = deferredRejection();
  const watch: Watch = (event, { res } = {}) => {
    if (event !== 'response') return;
    let size = 0;
    res?.on('data', (part: Buffer) => {
      size += part.length;
      if (size > LARGEST_ANSWER)
        fail(silence(`the answer is larger than ${formatBytes(LARGEST_ANSWER)}`, reach));
    });
  };
  return { overflow, watch };
}

/**
 * Runs one attempt on an agent of its own; an attempt that fails, takes too long or is answered without end leaves
 * nothing open. The step hands `watch` to the library.
 */
async function attempt<T>(
  reach: Reach,
  credentials: Credentials,
  step: (api: TwitterApi, watch: Watch) => Promise<T>,
  stop = new AbortController(),
): Promise<T> {
  const library = await load();
  const { TwitterApi } = library;
  const httpAgent = await newAgent(reach.url, reach.proxy, stop.signal);
  const settings = { httpAgent, compression: false };
  // Two calls: the constructor's overloads do not take a union.
  const api =
    typeof credentials === 'string'
      ? new TwitterApi(credentials, settings)
      : new TwitterApi(credentials, settings);
  const late = (): never => {
    throw silence(`no answer within ${TIMEOUT_MS / 1000} s`, reach);
  };
  try {
    const { overflow, watch } = answerGuard(reach);
    return await withTimeout(reach, TIMEOUT_MS, Promise.race([step(api, watch), overflow]), late);
  } catch (error) {
    stop.abort();
    throw troubleOf(error, library, reach);
  }
}

async function ask(
  reach: Reach,
  credentials: Credentials,
  request: (api: TwitterApi, watch: Watch) => Promise<TwitterResponse<unknown>>,
): Promise<Answer> {
  const askedAt = reach.now();
  const { data: body, headers } = await attempt(reach, credentials, request);
  return { body, headers, serverTime: readDate(headers), askedAt, answeredAt: reach.now() };
}

const whole = (watch: Watch) => ({ fullResponse: true, requestEventDebugHandler: watch }) as const;

/** GET below `/2/`. Throws Trouble, as all of these. */
export const get = (reach: Reach, token: string, path: string, query: Query): Promise<Answer> =>
  ask(reach, token, (api, watch) => api.v2.get<unknown>(path, query, { ...v2(reach), ...whole(watch) }));

export const post = (
  reach: Reach,
  token: string,
  path: string,
  query: Query,
  body: Record<string, unknown>,
): Promise<Answer> =>
  ask(reach, token, (api, watch) =>
    api.v2.post<unknown>(path, body, { ...v2(reach), ...whole(watch), query }),
  );

/** An app's bearer token. The library's own `appLogin` knows X's address alone, so this is what it does, at `url`. */
export async function appLogin(reach: Reach, key: string, secret: string): Promise<string> {
  const { body } = await ask(reach, { username: key, password: secret }, (api, watch) =>
    api.post<unknown>(
      `${reach.url}/oauth2/token`,
      { grant_type: 'client_credentials' },
      { ...whole(watch), headers: HEADERS, forceBodyMode: 'url' },
    ),
  );
  const token = (body as { access_token?: unknown } | null)?.access_token;
  if (typeof token !== 'string' || token === '')
    throw new XApiError('the answer to the login holds no token', undefined);
  return token;
}

/** A stream that has begun. Nothing was read of `body` yet; whoever takes it listens to its end and errors at once. */
export interface Opened {
  readonly body: Readable;
  /** Closes the connection; resolves when it is closed. */
  close(): Promise<void>;
}

/**
 * Opens a stream. The library builds the request and reads a refusal; its parser, timers and reconnecting are
 * switched off: it parses the line a second time, loses `\r\n` when that alone is a chunk and ends a line, and has
 * clocks of its own.
 */
export async function openStream(reach: Reach, token: string, path: string, query: Query): Promise<Opened> {
  const stop = new AbortController();
  const insides = await attempt(
    reach,
    token,
    async (api, watch) => {
      const stream: TweetStream<unknown> = api.v2.getStream(path, query, {
        ...v2(reach),
        autoConnect: false,
      });
      const found = stream as unknown as Insides;
      found.initEventsFromRequest = () => {};
      // Called for a refusal alone: an open stream may be as long as it likes.
      found.requestData.requestEventDebugHandler = watch;
      await stream.connect({ autoReconnect: false, keepAliveTimeout: 'disable' });
      const { statusCode = 0, headers } = found.originalResponse;
      if (statusCode !== 200 || headers['content-type']?.includes('text/html'))
        throw new XApiError(`HTTP ${statusCode}: no stream`, statusCode === 200 ? 502 : statusCode);
      return found;
    },
    stop,
  );
  const { req, res } = insides;
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
