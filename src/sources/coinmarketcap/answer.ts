import { UserError } from '../../core/errors.ts';
import { isObject, numberOf } from '../../core/util/json.ts';
import { MINUTE, type Millis } from '../../core/util/time.ts';
import type { HttpAnswer } from '../shared/http/client.ts';
import { HttpError } from '../shared/http/http-error.ts';
import { nextDay, nextMinute, nextMonth } from '../shared/poll/periods.ts';
import { QuotaExhausted } from '../shared/poll/poller.ts';

const ANOTHER_KEY = 'Set COINMARKETCAP_API_KEY to a key that pro.coinmarketcap.com/account shows.';
const PLAN =
  'See pro.coinmarketcap.com/account/plan for the plan of this key, or set another COINMARKETCAP_API_KEY.';

/** Hints for permanent errors, by error code. */
const HINTS: Readonly<Record<number, string>> = {
  400: 'Check --top, --coin and --convert.',
  1001: ANOTHER_KEY,
  1002: ANOTHER_KEY,
  1003: PLAN,
  1004: PLAN,
  1005: ANOTHER_KEY,
  1006: `Name one currency in --convert, or use --coin instead of --top. ${PLAN}`,
  1007: `Ask CoinMarketCap for the reason. ${ANOTHER_KEY}`,
};

const MINUTE_LIMIT = 1008;
const DAILY_CREDITS = 1009;
const MONTHLY_CREDITS = 1010;
const IP_LIMIT = 1011;

/** The error code of an HTTP status, for an answer without one. */
const CODES: Readonly<Record<number, number>> = {
  400: 400,
  401: 1001,
  402: 1003,
  403: 1006,
  429: MINUTE_LIMIT,
};

/** Maximum random addition to a wait, because other clients wait for the same minute or midnight. */
const MINUTE_JITTER_MS: Millis = 5000;
const PERIOD_JITTER_MS: Millis = 30_000;
const IP_WAIT_MS: Millis = 5 * MINUTE;

/** A successful answer. */
export interface ApiAnswer {
  readonly data: unknown;
  /** Its cost. */
  readonly credits: number;
}

/**
 * Reads an answer. Its error code (a number or a text) takes precedence over the HTTP status. Throws UserError for
 * permanent errors, HttpError for transient ones, QuotaExhausted when the credits are used up. `hush` redacts secrets
 * from its messages.
 */
export function readAnswer(
  answer: HttpAnswer,
  random: () => number,
  hush: (text: string) => string,
): ApiAnswer {
  const body = isObject(answer.body) ? answer.body : {};
  const status = isObject(body.status) ? body.status : {};
  const errorCode = numberOf(status.error_code ?? 0);
  const isGood = answer.status === 200;
  if (errorCode === 0 && isGood && body.data !== undefined)
    return { data: body.data, credits: numberOf(status.credit_count) || 0 };
  const code = errorCode || (isGood ? 0 : (CODES[answer.status] ?? 0));
  const errorMessage =
    typeof status.error_message === 'string' ? hush(status.error_message).slice(0, 300) : '';
  const words = [errorMessage || `HTTP ${answer.status}`, errorCode ? `(error ${errorCode})` : '']
    .join(' ')
    .trim();
  throw errorFor(code, words, answer, random);
}

function errorFor(code: number, words: string, answer: HttpAnswer, random: () => number): Error {
  const { retryAfterMs, answeredAt: now, status } = answer;
  const hint = HINTS[code] ?? HINTS[CODES[status] ?? 0];
  switch (code) {
    case MINUTE_LIMIT: {
      const wait = nextMinute(now) - now + random() * MINUTE_JITTER_MS;
      return new HttpError('service', words, retryAfterMs || wait);
    }
    case DAILY_CREDITS:
      return new QuotaExhausted(words, nextDay(now) + random() * PERIOD_JITTER_MS);
    case MONTHLY_CREDITS:
      return new QuotaExhausted(words, nextMonth(now) + random() * PERIOD_JITTER_MS);
    case IP_LIMIT:
      return new HttpError('service', words, retryAfterMs || IP_WAIT_MS * (1 + random()));
    default:
      if (hint !== undefined) return new UserError('usage', `coinmarketcap: ${words}`, hint);
      if (status === 200 && code === 0)
        return new HttpError('service', 'an answer without data', retryAfterMs);
      return new HttpError('status', words, retryAfterMs);
  }
}
