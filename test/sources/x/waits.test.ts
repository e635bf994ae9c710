import { describe, expect, test } from 'vitest';
import { readDate } from '../../../src/sources/shared/http/headers.ts';
import { wakeup } from '../../../src/sources/shared/socket/wakeup.ts';
import { rateLimitWait } from '../../../src/sources/x/api/rate-limit-wait.ts';
import { xBackoff } from '../../../src/sources/x/stream/reconnect-waits.ts';
import { handClock } from '../../hand-clock.ts';

const NOW = Date.UTC(2026, 2, 2, 10);
const seconds = (time: number) => String(time / 1000);

describe('what an answer asks to wait', () => {
  test('an exhausted limit waits until its window ends', () => {
    const headers = { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': seconds(NOW + 90_000) };
    expect(rateLimitWait(headers, NOW)).toBe(90_000);
    expect(rateLimitWait({ ...headers, 'x-rate-limit-remaining': '3' }, NOW)).toBeUndefined();
    expect(rateLimitWait({ 'x-rate-limit-reset': seconds(NOW + 90_000) }, NOW)).toBe(90_000);
    expect(rateLimitWait({ 'x-rate-limit-reset': seconds(NOW - 1000) }, NOW)).toBeUndefined();
    expect(rateLimitWait({ 'x-rate-limit-reset': 'soon' }, NOW)).toBeUndefined();
  });

  test('the wait follows the clock of X, whatever ours says', () => {
    const date = new Date(NOW).toUTCString();
    const reset = seconds(NOW + 90_000);
    expect(rateLimitWait({ date, 'x-rate-limit-reset': reset }, NOW + 7_200_000)).toBe(90_000);
    expect([readDate({ date }), readDate({ date: 'never' }), readDate({})]).toEqual([
      NOW,
      undefined,
      undefined,
    ]);
  });

  test('Retry-After is read in seconds or as a date', () => {
    expect(rateLimitWait({ 'retry-after': '17' }, NOW)).toBe(17_000);
    expect(rateLimitWait({ 'retry-after': new Date(NOW + 5000).toUTCString() }, NOW)).toBe(5000);
    expect(rateLimitWait({ 'retry-after': 'later' }, NOW)).toBeUndefined();
    expect(rateLimitWait({ 'retry-after': '99999999' }, NOW)).toBe(86_400_000);
  });
});

describe('reconnect delays', () => {
  test('jitter lengthens a delay by at most a tenth', () => {
    expect(xBackoff(() => 0).next('server')).toBe(5000);
    expect(xBackoff(() => 1).next('server')).toBe(5500);
  });

  test('a requested rate-limit wait applies at once and never shortens later delays', () => {
    const waits = xBackoff(() => 0);
    expect([waits.next('rate', 4000), waits.next('rate', 4000), waits.next('rate', 500_000)]).toEqual([
      4000, 120_000, 500_000,
    ]);
    expect([waits.next('server', 60_000), waits.next('network')]).toEqual([60_000, 250]);
    waits.reset();
    expect([waits.next('rate'), waits.next('server')]).toEqual([60_000, 5000]);
  });
});

describe('wakeup', () => {
  function ready() {
    const clock = handClock(NOW);
    const stop = new AbortController();
    const sleep = (span: number, until?: AbortSignal) => clock.sleep(span, stop.signal, until);
    return { clock, stop, ...wakeup({ sleep }) };
  }

  test('a notification ends a wait early', async () => {
    const { clock, wait, notify } = ready();
    const wakeUp = wait(1000);
    notify();
    expect(await wakeUp).toBe(false);
    expect(clock.now()).toBe(NOW);
  });

  test('a notify before the wait does not end it', async () => {
    const { clock, wait, notify } = ready();
    notify();
    let over = false;
    const wakeUp = wait(1000).then((isUp) => {
      over = true;
      return isUp;
    });
    await clock.turn(999);
    expect(over).toBe(false);
    await clock.turn(1);
    expect(await wakeUp).toBe(true);
  });

  test('stopping the source ends a wait', async () => {
    const { stop, wait, clock } = ready();
    const wakeUp = wait(1000);
    stop.abort();
    await wakeUp;
    expect(clock.now()).toBe(NOW);
  });
});
