import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors.ts';
import { readAnswer } from '../../../src/sources/coinmarketcap/answer.ts';
import { HttpError } from '../../../src/sources/shared/http/http-error.ts';
import { QuotaExhausted } from '../../../src/sources/shared/poll/poller.ts';
import { START } from '../turned.ts';

const body = (code: number | string, message = 'words') => ({
  status: { error_code: code, error_message: message, credit_count: 0 },
});

function errorOf(status: number, given: unknown, retryAfterMs = 0, chance = 0.5): Error {
  const times = { serverTime: START, askedAt: START, answeredAt: START };
  const answer = { status, body: given, retryAfterMs, headers: {}, ...times };
  try {
    readAnswer(
      answer,
      () => chance,
      (text) => text.replaceAll('secret', '***'),
    );
  } catch (error) {
    return error as Error;
  }
  throw new Error('no error');
}

const MIDNIGHT = Date.UTC(2026, 2, 3);
const MONTH_END = Date.UTC(2026, 3, 1);

describe('a permanent error stops with a hint', () => {
  test.each([
    [400, 400, /--convert/],
    [401, 1001, /COINMARKETCAP_API_KEY/],
    [401, 1002, /COINMARKETCAP_API_KEY/],
    [402, 1003, /plan/],
    [402, 1004, /plan/],
    [403, 1005, /COINMARKETCAP_API_KEY/],
    [403, 1006, /plan/],
    [403, 1007, /Ask CoinMarketCap/],
  ])('HTTP %d, error_code %d', (status, code, hint) => {
    for (const errorCode of [code, String(code)])
      for (const http of [status, 200]) {
        const error = errorOf(http, body(errorCode));
        expect(error).toBeInstanceOf(UserError);
        expect(error).toMatchObject({
          code: 'usage',
          message: `coinmarketcap: words (error ${code})`,
          hint: expect.stringMatching(hint),
        });
      }
  });

  test.each([400, 401, 402, 403])('HTTP %d without a code', (status) => {
    expect(errorOf(status, {})).toMatchObject({ code: 'usage', message: `coinmarketcap: HTTP ${status}` });
  });
});

describe('a transient error', () => {
  test.each([
    ['HTTP 429, error_code 1008', 429, 1008],
    ['200 with error_code 1008', 200, 1008],
    ['error_code "1008" as a text', 429, '1008'],
    ['HTTP 429 without a code', 429, undefined],
  ])('%s waits for the next minute plus a random delay', (_, status, code) => {
    const answerBody = code === undefined ? {} : body(code);
    expect(errorOf(status, answerBody, 0, 0)).toMatchObject({ name: 'HttpError', waitMs: 30_000 });
    expect(errorOf(status, answerBody, 0, 1)).toMatchObject({ waitMs: 35_000 });
  });

  test('Retry-After takes precedence over the minute', () => {
    expect(errorOf(429, body(1008), 7000)).toMatchObject({ waitMs: 7000 });
  });

  test('1011 waits for minutes', () => {
    expect(errorOf(429, body(1011), 0, 0)).toMatchObject({ name: 'HttpError', waitMs: 300_000 });
    expect(errorOf(429, body(1011), 0, 1)).toMatchObject({ waitMs: 600_000 });
  });

  test.each([
    ['500', 500, body(500)],
    ['500 with status 200', 200, body(500)],
    ['502 without a status block', 502, {}],
    ['404', 404, { statusCode: 404 }],
    ['an unknown code', 418, body(4711)],
    ['200 without data', 200, body(0)],
    ['200 that is not an object', 200, 'hello'],
    ['200 that is null', 200, null],
  ])('%s', (_, status, given) => {
    expect(errorOf(status, given)).toBeInstanceOf(HttpError);
  });
});

describe('credits that are used up', () => {
  test.each([
    ['HTTP 429, error_code 1009', 429, 1009, MIDNIGHT],
    ['200 with error_code 1009', 200, 1009, MIDNIGHT],
    ['HTTP 429, error_code 1010', 429, 1010, MONTH_END],
    ['200 with error_code 1010', 200, 1010, MONTH_END],
    ['error_code "1010" as a text', 429, '1010', MONTH_END],
  ])('%s: until midnight or the end of the month, UTC', (_, status, code, until) => {
    const error = errorOf(status, body(code), 0, 0) as QuotaExhausted;
    expect(error).toBeInstanceOf(QuotaExhausted);
    expect(error.until).toBe(until);
    expect((errorOf(status, body(code), 0, 1) as QuotaExhausted).until).toBe(until + 30_000);
  });
});

test('an error contains no secret', () => {
  expect(errorOf(401, body(1001, 'key secret is invalid')).message).toBe(
    'coinmarketcap: key *** is invalid (error 1001)',
  );
});

test.each([
  ['0 as a number', 0],
  ['0 as a text', '0'],
  ['no code', undefined],
])('error_code: %s is a successful answer', (_, code) => {
  const status = { error_code: code, credit_count: 3 };
  const answer = {
    status: 200,
    body: { status, data: [] },
    retryAfterMs: 0,
    headers: {},
    serverTime: START,
    askedAt: 0,
    answeredAt: 0,
  };
  expect(
    readAnswer(
      answer,
      () => 0,
      (text) => text,
    ),
  ).toEqual({ data: [], credits: 3 });
});
