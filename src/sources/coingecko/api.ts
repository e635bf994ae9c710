import { UserError } from '../../core/errors.ts';
import { isObject, type Json, numberOf } from '../../core/util/json.ts';
import { MINUTE, type Millis } from '../../core/util/time.ts';
import { type HttpAnswer, type HttpClient, httpClient } from '../shared/http/client.ts';
import { HttpError } from '../shared/http/http-error.ts';
import { keysIn } from '../shared/keys.ts';
import type { SourceContext } from '../source.ts';

/** Names of the optional demo key. */
const KEY_NAMES: readonly (readonly string[])[] = [
  ['COINGECKO_API_KEY'],
  ['COINGECKO_DEMO_API_KEY'],
  ['CG_DEMO_API_KEY'],
];

const DEMO_KEY =
  'Set COINGECKO_API_KEY to a free demo key (coingecko.com/en/api), or unset it to go without a key.';
const SELECTION = 'Check --coin, --top and --convert.';

/** Hints for permanent errors, by CoinGecko's error code or HTTP status. */
const HINTS: Readonly<Record<number, string>> = {
  400: SELECTION,
  401: DEMO_KEY,
  422: SELECTION,
  10002: 'CoinGecko wants a key here: set COINGECKO_API_KEY to a free demo key (coingecko.com/en/api).',
  10005:
    'The plan of the key does not include this request: name fewer coins, or use --source coinmarketcap.',
  10010: 'This is a key of a paid plan: set COINGECKO_API_KEY to a demo key, or unset it.',
  10011: 'A demo key works only at https://api.coingecko.com/api/v3: remove --coingecko-url.',
};

/** The code of Cloudflare's page for a refused address; its status is 403. */
const FIREWALL = 1020;
const FIREWALL_WAIT_MS: Millis = 10 * MINUTE;
/** Every call counts, also failed ones, so that no retry comes sooner. */
const RETRY_AFTER_MS: Millis = MINUTE;

/** A valid response. */
export interface GeckoAnswer {
  readonly body: unknown;
  readonly http: HttpAnswer;
}

export interface GeckoApi {
  readonly hasKey: boolean;
  /** Throws UserError for permanent errors, HttpError with a wait of a minute or more for transient ones. */
  get(path: string): Promise<GeckoAnswer>;
  close: HttpClient['close'];
}

/** The error object of a body, in any of the forms that CoinGecko uses. */
function errorOf(body: unknown): { readonly code: number; readonly text: string } {
  const outer = isObject(body) ? body : {};
  const inner: Json = isObject(outer.error) ? outer.error : outer;
  const status = isObject(inner.status) ? inner.status : inner;
  const text = status.error_message ?? outer.error;
  return {
    code: numberOf(status.error_code ?? 0) || 0,
    text: typeof text === 'string' ? text : '',
  };
}

const blocked = (waitMs: Millis): HttpError =>
  new HttpError(
    'status',
    'HTTP 403: the firewall of CoinGecko blocks this address; no key changes that',
    Math.max(waitMs, FIREWALL_WAIT_MS),
    403,
  );

/** The error of a response; undefined for a good one. */
function failureOf({ status, body, retryAfterMs }: HttpAnswer, hush: (text: string) => string) {
  const { code, text } = errorOf(body);
  if (status === 200 && code === 0) return undefined;
  if (code === FIREWALL) return blocked(retryAfterMs);
  const words = hush(text).slice(0, 300) || `HTTP ${status}`;
  const hint = HINTS[code] ?? HINTS[status];
  if (hint !== undefined) return new UserError('usage', `coingecko: ${words}`, hint);
  if (status === 403) return blocked(retryAfterMs);
  return new HttpError('status', words, Math.max(retryAfterMs, RETRY_AFTER_MS), status);
}

function asFailedCall(error: unknown): unknown {
  if (!(error instanceof HttpError)) return error;
  const { kind, message, waitMs, status } = error;
  if (status === 403) return blocked(waitMs);
  return new HttpError(kind, message, Math.max(waitMs, RETRY_AFTER_MS), status);
}

/** CoinGecko's API, without a key or with a demo key. Throws UserError `usage` for a malformed key. */
export function openGeckoApi(url: string, context: SourceContext): GeckoApi {
  const key = keysIn(KEY_NAMES, context.secret)?.[0];
  const client = httpClient(url, context);
  const headers = key === undefined ? {} : { 'x-cg-demo-api-key': key };
  const hush = (text: string): string => (key === undefined ? text : text.replaceAll(key, '***'));
  return {
    hasKey: key !== undefined,
    async get(path) {
      const http = await client.get(path, headers).catch((error: unknown) => {
        throw asFailedCall(error);
      });
      const failure = failureOf(http, hush);
      if (failure !== undefined) throw failure;
      return { body: http.body, http };
    },
    close: client.close,
  };
}
