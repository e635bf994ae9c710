import { UserError } from '../../../core/errors.ts';
import { isObject } from '../../../core/util/json.ts';
import { DAY, type Millis } from '../../../core/util/time.ts';
import type { HttpAnswer } from '../../shared/http/client.ts';
import { readRetryAfter } from '../../shared/http/headers.ts';
import { HttpError } from '../../shared/http/http-error.ts';

/** Binance bans an address for up to three days. */
const LONGEST_BAN_MS: Millis = 3 * DAY;

/** The market-data hosts, and the exchanges that answer where Binance does not. */
const REGION_HINT =
  'Use the market-data hosts (--binance-url https://data-api.binance.vision --binance-ws-url wss://data-stream.binance.vision), or --source kraken or coinbase.';

/** Binance answers no one in this region, whatever is asked. */
export const regionBlocked = (host: string): UserError =>
  new UserError('unavailable', `binance: ${host} is closed to this region (HTTP 451)`, REGION_HINT);

/** Codes of requests that can never succeed. */
const INVALID_SYMBOL = -1121;

/** The code and message of Binance's errors; undefined for another body. */
function errorIn(body: unknown): { readonly code: number; readonly text: string } | undefined {
  if (!isObject(body) || typeof body.code !== 'number') return undefined;
  return { code: body.code, text: String(body.msg ?? '').slice(0, 200) };
}

export const isInvalidSymbol = ({ status, body }: Pick<HttpAnswer, 'status' | 'body'>): boolean =>
  status === 400 && errorIn(body)?.code === INVALID_SYMBOL;

/**
 * The body of a good answer. Throws UserError for what no retry repairs: a market that does not exist, a request that
 * Binance refuses, a closed region. Throws HttpError, with the wait that Binance asks for, for anything else.
 */
export function goodBody(answer: HttpAnswer, host: string, symbol?: string): unknown {
  const { status, body, headers, answeredAt } = answer;
  if (status === 200) return body;
  const { code, text } = errorIn(body) ?? { code: 0, text: '' };
  const detail = `HTTP ${status}${code === 0 ? '' : `, ${code} ${text}`}`;
  if (status === 451) throw regionBlocked(host);
  if (isInvalidSymbol(answer))
    throw new UserError(
      'usage',
      `binance has no market ${symbol ?? 'of this name'} (${detail})`,
      'Remove the coin from --coin, or name another currency with --quote.',
    );
  if (status === 400)
    throw new UserError(
      'failed',
      `binance refused the request (${detail})`,
      'Report it with this message: the request is wrong, so a retry does not help.',
    );
  throw new HttpError('status', detail, readRetryAfter(headers, answeredAt, LONGEST_BAN_MS), status);
}
