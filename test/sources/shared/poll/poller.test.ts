import { describe, expect, test } from 'vitest';
import { UserError } from '../../../../src/core/errors.ts';
import { HttpError } from '../../../../src/sources/shared/http/http-error.ts';
import { polling, QuotaExhausted } from '../../../../src/sources/shared/poll/poller.ts';
import { polls, START, type Turned, turned, valuesOf } from '../../turned.ts';

const MINUTE = 60_000;
const RECORD = { topic: 't', partitionKey: '', key: 'good', value: '{}', headers: {} };

/** A poller whose asks fail as told, one after the other; undefined and the end of the list: a good answer. */
function poller(errors: readonly (Error | undefined)[], around: Turned) {
  const at: number[] = [];
  const ask = async () => {
    at.push(around.context.now() - START);
    const error = errors[at.length - 1];
    if (error !== undefined) throw error;
    return { records: [RECORD] };
  };
  return { at, chunks: polling({ source: 's', host: 's.org', every: MINUTE, ask }, around.context) };
}

const failure = (message = 'HTTP 503', waitMs = 0) => new HttpError('status', message, waitMs);

describe('polling', () => {
  test('a successful answer is passed on unchanged', async () => {
    const around = turned();
    const chunks = await polls(2, poller([], around).chunks, around);
    expect(chunks).toEqual([{ records: [RECORD] }, { records: [RECORD] }]);
    expect(around.logged).toEqual([]);
  });

  test('failures within one period leave no gap', async () => {
    const around = turned();
    const chunks = await polls(2, poller([undefined, failure(), failure()], around).chunks, around);
    expect(valuesOf(chunks, 'gaps')).toEqual([]);
    expect(around.notes).toEqual(['s: HTTP 503, try 1 of 20', 's: HTTP 503, try 2 of 20']);
  });

  const unreached = () => new HttpError('network', 'no connection');
  const AWAY = 's: s.org cannot be reached: no connection; trying again';

  test('a service that was never reached is logged once, at its first failure, with its host', async () => {
    const around = turned();
    await polls(2, poller([unreached(), unreached(), failure()], around).chunks, around);
    expect(around.logged).toEqual([AWAY, 's answers']);
  });

  test('a service that has answered before is logged after three failed attempts, once per outage', async () => {
    const around = turned();
    const errors = [undefined, unreached(), unreached(), undefined];
    await polls(3, poller(errors, around).chunks, around);
    expect(around.logged).toEqual([]);
    const away = [...Array(4).fill(unreached()), undefined];
    await polls(3, poller([undefined, ...away, ...away], around).chunks, around);
    expect(around.logged).toEqual([AWAY, 's answers again', AWAY, 's answers again']);
  });

  test('an outage past the next tick is a gap from the last good answer to the next', async () => {
    const around = turned();
    const { chunks, at } = poller([undefined, failure('HTTP 503', 150_000)], around);
    const got = await polls(3, chunks, around);
    // Good at 10:15:30, trouble at 10:16:00, good at 10:18:30, and on the grid again.
    expect(at.map((ms) => ms / 1000)).toEqual([0, 30, 180, 210]);
    expect(got.map(({ records }) => records.length)).toEqual([1, 2, 1]);
    expect(valuesOf(got, 'gaps')).toEqual([
      {
        source: 's',
        from: '2026-03-02T10:15:30.000Z',
        to: '2026-03-02T10:18:30.000Z',
        reason: 'HTTP 503',
        backfilled: false,
      },
    ]);
  });

  test('a poll that fails twenty times is a warning, and the next tick polls again', async () => {
    const around = turned();
    const { chunks, at } = poller([undefined, ...Array(41).fill(failure())], around);
    const got = await polls(2, chunks, around);
    expect(at).toHaveLength(43);
    expect(around.warnings).toEqual(
      Array(2).fill('s: no answer in 20 attempts (HTTP 503); continuing with the next poll'),
    );
    expect(around.logged.at(-1)).toBe('s answers again');
    expect(valuesOf(got, 'gaps')).toMatchObject([{ from: '2026-03-02T10:15:30.000Z', reason: 'HTTP 503' }]);
  });

  test('without a good answer the gap begins at the start of the run', async () => {
    const around = turned();
    const got = await polls(1, poller(Array(20).fill(failure()), around).chunks, around);
    expect(valuesOf(got, 'gaps')).toMatchObject([{ from: '2026-03-02T10:15:30.000Z' }]);
  });

  test('a used-up quota pauses polling until its reset, and the gap has the reason', async () => {
    const around = turned();
    const until = START + 10 * MINUTE + 5000;
    const { chunks, at } = poller([undefined, new QuotaExhausted('no credits', until)], around);
    const got = await polls(2, chunks, around);
    expect(at.map((ms) => ms / 1000)).toEqual([0, 30, 630]);
    expect(around.warnings).toEqual(['s: no credits; polling pauses until 2026-03-02T10:25:35.000Z']);
    expect(valuesOf(got, 'gaps')).toMatchObject([{ to: '2026-03-02T10:26:00.000Z', reason: 'no credits' }]);
  });

  test('a second used-up quota pauses polling again, and a user error then ends it', async () => {
    const around = turned();
    const exhausted = (minutes: number) => new QuotaExhausted('no credits', START + minutes * MINUTE);
    const userError = new UserError('usage', 'no such key', 'Set another.');
    const { chunks, at } = poller([exhausted(10), exhausted(20), userError], around);
    await expect(polls(1, chunks, around)).rejects.toBe(userError);
    expect(at.map((ms) => ms / MINUTE)).toEqual([0, 10.5, 20.5]);
  });

  test('a user error ends polling', async () => {
    const around = turned();
    const userError = new UserError('usage', 'no such key', 'Set another.');
    await expect(polls(1, poller([userError], around).chunks, around)).rejects.toBe(userError);
  });

  test('an unexpected error is thrown unchanged', async () => {
    const around = turned();
    await expect(polls(1, poller([new TypeError('a fault of ours')], around).chunks, around)).rejects.toThrow(
      TypeError,
    );
  });
});

describe('under once', () => {
  test('--once polls once', async () => {
    const around = turned({ once: true });
    const { chunks, at } = poller([], around);
    expect(await polls(5, chunks, around)).toHaveLength(1);
    expect(at).toHaveLength(1);
  });

  test('under --once twenty failed attempts are a transient error', async () => {
    const around = turned({ once: true });
    await expect(polls(1, poller(Array(20).fill(failure()), around).chunks, around)).rejects.toMatchObject({
      code: 'unavailable',
      message: 's: no usable answer: HTTP 503',
      retry: true,
    });
  });

  test('under --once a requested wait of several minutes is an error', async () => {
    const around = turned({ once: true });
    const { chunks, at } = poller([failure('HTTP 429', 60_000), failure('HTTP 429', 600_000)], around);
    await expect(polls(1, chunks, around)).rejects.toMatchObject({
      message: 's: no usable answer: HTTP 429',
    });
    expect(at.map((ms) => ms / 1000)).toEqual([0, 60]);
  });

  test('under --once a used-up quota is an error with its reset time', async () => {
    const around = turned({ once: true });
    const { chunks } = poller([new QuotaExhausted('no credits', START + MINUTE)], around);
    await expect(polls(1, chunks, around)).rejects.toMatchObject({
      message: 's: no credits',
      hint: 'Try again after 2026-03-02T10:16:30.000Z.',
    });
  });
});

test('a stop during retries ends polling without a warning', async () => {
  const around = turned();
  const context = { ...around.context, sleep: async () => around.stop.abort() };
  const ask = async () => {
    throw failure();
  };
  const chunks = polling({ source: 's', host: 's.org', every: MINUTE, ask }, context);
  expect(await polls(1, chunks, around)).toEqual([]);
  expect(around.warnings).toEqual([]);
});
