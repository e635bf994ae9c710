import { describe, expect, test } from 'vitest';
import { UserError } from '../../../../src/core/errors.ts';
import { HttpError } from '../../../../src/sources/shared/http/http-error.ts';
import { TRIES, withRetries } from '../../../../src/sources/shared/http/retries.ts';
import { turned } from '../../turned.ts';

/** Fails so many times, then gives the number of the try. */
function failing(times: number, error: Error = new HttpError('status', 'HTTP 503')) {
  let tried = 0;
  return async () => {
    if (++tried <= times) throw error;
    return tried;
  };
}

describe('tries', () => {
  test('a request gets twenty attempts, with waits that double up to 30 s', async () => {
    const { context, sleeps } = turned({ random: () => 1 });
    expect(await withRetries(failing(TRIES - 1), () => {}, context)).toBe(20);
    expect(sleeps).toEqual([1, 2, 4, 8, 16, ...Array(14).fill(30)].map((seconds) => seconds * 1000));
  });

  test('half of each wait is random jitter', async () => {
    const { context, sleeps } = turned({ random: () => 0 });
    await withRetries(failing(2), () => {}, context);
    expect(sleeps).toEqual([500, 1000]);
  });

  test('no twenty-first attempt is made', async () => {
    const { context } = turned();
    const failed: number[] = [];
    await expect(withRetries(failing(TRIES), (_, tried) => failed.push(tried), context)).rejects.toThrow(
      'HTTP 503',
    );
    expect(failed).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  test('a wait requested by the service is obeyed', async () => {
    const { context, sleeps } = turned();
    await withRetries(failing(1, new HttpError('status', 'HTTP 429', 12_345)), () => {}, context);
    expect(sleeps).toEqual([12_345]);
  });

  test('a user error is not retried', async () => {
    const { context, sleeps } = turned();
    const userError = new UserError('usage', 'no such key', 'Set another.');
    await expect(withRetries(failing(1, userError), () => {}, context)).rejects.toBe(userError);
    expect(sleeps).toEqual([]);
  });

  test('a stop ends the attempts', async () => {
    const around = turned();
    const context = { ...around.context, sleep: async () => around.stop.abort() };
    const failed: number[] = [];
    await expect(withRetries(failing(5), (_, tried) => failed.push(tried), context)).rejects.toThrow('503');
    expect(failed).toEqual([1]);
  });
});
