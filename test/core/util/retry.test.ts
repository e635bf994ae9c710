import { describe, expect, test } from 'vitest';
import { retry } from '../../../src/core/util/retry.ts';

/** A clock that goes on when somebody sleeps, and what was said. */
function around(patienceMs: number) {
  let now = 0;
  const said: string[] = [];
  const clock = {
    now: () => now,
    monotonic: () => now,
    sleep: async (span: number) => {
      now += span;
    },
  };
  return {
    patience: { clock, patienceMs, warn: (text: string) => void said.push(text) },
    said,
    now: () => now,
    monotonic: () => now,
  };
}
const away = new Error('away');
const passing = (error: unknown) => (error === away ? 'it is away' : undefined);
const failing = (times: number) => {
  let left = times;
  return async () => {
    if (left-- > 0) throw away;
    return 'done';
  };
};

describe('a step is run patiently', () => {
  test('until it succeeds, quietly when that is soon', async () => {
    const { patience, said } = around(60_000);
    expect(await retry('it', patience, passing, failing(3))).toBe('done');
    expect(said).toEqual([]);
  });

  test('with a line when it takes longer, and one when it is over', async () => {
    const { patience, said, now } = around(Number.POSITIVE_INFINITY);
    expect(await retry('it', patience, passing, failing(200))).toBe('done');
    expect(said).toEqual(['it does not answer (it is away); trying again', 'it answers again']);
    expect(now()).toBeLessThan(200 * 5000);
  });

  test('no longer than there is patience for, to the millisecond', async () => {
    const { patience, now } = around(10_000);
    await expect(retry('it', patience, passing, failing(1e6))).rejects.toMatchObject({
      code: 'unavailable',
      message: 'it has not answered for 10s: it is away',
      cause: away,
    });
    expect(now()).toBe(10_000);
  });

  test('but what does not pass by itself is thrown at once', async () => {
    const { patience, now } = around(10_000);
    await expect(retry('it', patience, () => undefined, failing(1))).rejects.toBe(away);
    expect(now()).toBe(0);
  });
});
