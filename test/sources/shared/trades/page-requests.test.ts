import { expect, test } from 'vitest';
import { HttpError } from '../../../../src/sources/shared/http/http-error.ts';
import { retryUntilStopped } from '../../../../src/sources/shared/trades/page-requests.ts';
import { turned } from '../../turned.ts';

/** Fails so many times, then answers. */
const failing = (times: number) => {
  let left = times;
  return async () => {
    if (left-- > 0) throw new HttpError('status', 'HTTP 503');
    return 'answer';
  };
};

test('a request is tried until it succeeds, with one warning after twenty attempts', async () => {
  const { context, warnings, logged } = turned();
  expect(await retryUntilStopped('kraken', failing(45), context)).toBe('answer');
  expect(warnings).toEqual(['kraken: no answer in 20 attempts (HTTP 503); trying again']);
  expect(logged.at(-1)).toBe('kraken answers again');
});

test('under --once twenty failures are an error with a hint', async () => {
  const { context } = turned({ once: true });
  await expect(retryUntilStopped('kraken', failing(20), context)).rejects.toMatchObject({
    code: 'unavailable',
    message: 'kraken: no usable answer: HTTP 503',
    hint: expect.stringContaining('doctor sources'),
    retry: true,
  });
});

test('a stop ends the attempts', async () => {
  const { context, stop } = turned();
  const request = async () => {
    stop.abort();
    throw new HttpError('status', 'HTTP 503');
  };
  await expect(retryUntilStopped('kraken', request, context)).rejects.toThrow('HTTP 503');
});
