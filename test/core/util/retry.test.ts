import { describe, expect, test } from 'vitest';
import { retry } from '../../../src/core/util/retry.ts';

/** A clock that a sleep moves on, and the lines logged. */
function around(maxWaitMs: number) {
  let now = 0;
  const logged: string[] = [];
  const clock = {
    now: () => now,
    monotonic: () => now,
    sleep: async (span: number) => {
      now += span;
    },
  };
  return {
    policy: { clock, maxWaitMs, warn: (text: string) => void logged.push(text) },
    logged,
    now: () => now,
    monotonic: () => now,
  };
}
const away = new Error('away');
const transient = (error: unknown) => (error === away ? 'it is away' : undefined);
const failing = (times: number) => {
  let left = times;
  return async () => {
    if (left-- > 0) throw away;
    return 'done';
  };
};

describe('retry', () => {
  test('retries until the step succeeds; a short outage is not logged', async () => {
    const { policy, logged } = around(60_000);
    expect(await retry('it', policy, transient, failing(3))).toBe('done');
    expect(logged).toEqual([]);
  });

  test('logs one line when an outage lasts, and one when it is over', async () => {
    const { policy, logged, now } = around(Number.POSITIVE_INFINITY);
    expect(await retry('it', policy, transient, failing(200))).toBe('done');
    expect(logged).toEqual(['it does not answer (it is away); trying again', 'it answers again']);
    expect(now()).toBeLessThan(200 * 5000);
  });

  test('gives up after exactly maxWaitMs', async () => {
    const { policy, now } = around(10_000);
    await expect(retry('it', policy, transient, failing(1e6))).rejects.toMatchObject({
      code: 'unavailable',
      message: 'it has not answered for 10s: it is away',
      cause: away,
    });
    expect(now()).toBe(10_000);
  });

  test('throws an error that is not transient at once', async () => {
    const { policy, now } = around(10_000);
    await expect(retry('it', policy, () => undefined, failing(1))).rejects.toBe(away);
    expect(now()).toBe(0);
  });
});
