import { describe, expect, test } from 'vitest';
import { readDate } from '../../../src/sources/http/headers.ts';
import { timer } from '../../../src/sources/timer.ts';
import { askedWait } from '../../../src/sources/x/asked-wait.ts';
import { backoff } from '../../../src/sources/x/backoff.ts';
import { bell } from '../../../src/sources/x/bell.ts';
import { handClock } from '../../hand-clock.ts';

const NOW = Date.UTC(2026, 2, 2, 10);
const seconds = (time: number) => String(time / 1000);

describe('what an answer asks to wait', () => {
  test('until the window of a limit ends, when nothing is left of it', () => {
    const headers = { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': seconds(NOW + 90_000) };
    expect(askedWait(headers, NOW)).toBe(90_000);
    expect(askedWait({ ...headers, 'x-rate-limit-remaining': '3' }, NOW)).toBeUndefined();
    expect(askedWait({ 'x-rate-limit-reset': seconds(NOW + 90_000) }, NOW)).toBe(90_000);
    expect(askedWait({ 'x-rate-limit-reset': seconds(NOW - 1000) }, NOW)).toBeUndefined();
    expect(askedWait({ 'x-rate-limit-reset': 'soon' }, NOW)).toBeUndefined();
  });

  test('by the clock of X, whatever ours says', () => {
    const date = new Date(NOW).toUTCString();
    const reset = seconds(NOW + 90_000);
    expect(askedWait({ date, 'x-rate-limit-reset': reset }, NOW + 7_200_000)).toBe(90_000);
    expect([readDate({ date }), readDate({ date: 'never' }), readDate({})]).toEqual([
      NOW,
      undefined,
      undefined,
    ]);
  });

  test('Retry-After in seconds or as a date', () => {
    expect(askedWait({ 'retry-after': '17' }, NOW)).toBe(17_000);
    expect(askedWait({ 'retry-after': new Date(NOW + 5000).toUTCString() }, NOW)).toBe(5000);
    expect(askedWait({ 'retry-after': 'later' }, NOW)).toBeUndefined();
    expect(askedWait({ 'retry-after': '99999999' }, NOW)).toBe(86_400_000);
  });
});

describe('waits between tries', () => {
  test('jitter makes them longer, by a tenth at most', () => {
    expect(backoff(() => 0).next('server')).toBe(5000);
    expect(backoff(() => 1).next('server')).toBe(5500);
  });

  test('what is asked for counts at once, and never shortens a later wait', () => {
    const waits = backoff(() => 0);
    expect([waits.next('rate', 4000), waits.next('rate', 4000), waits.next('rate', 500_000)]).toEqual([
      4000, 120_000, 500_000,
    ]);
    expect([waits.next('server', 60_000), waits.next('network')]).toEqual([60_000, 250]);
    waits.reset();
    expect([waits.next('rate'), waits.next('server')]).toEqual([60_000, 5000]);
  });
});

describe('deadlines', () => {
  function ready() {
    const clock = handClock(NOW);
    const stop = new AbortController();
    const sleeps: number[] = [];
    const sleep = (span: number) => {
      sleeps.push(span);
      return clock.sleep(span, stop.signal);
    };
    return { clock, stop, sleeps, made: timer({ now: clock.now, sleep, signal: stop.signal }) };
  }

  test('many of them need few sleeps, and each comes in its time', async () => {
    const { clock, made, sleeps } = ready();
    const seen: string[] = [];
    for (let index = 0; index < 100; index++) {
      const cancel = made.at(clock.now() + 25_000, () => seen.push(`${index}`));
      if (index < 99) cancel();
      await clock.turn(100);
    }
    expect(sleeps).toEqual([25_000]);
    await clock.turn(15_000);
    await clock.turn(9000);
    expect(seen).toEqual([]);
    await clock.turn(1000);
    expect(seen).toEqual(['99']);
  });

  test('an earlier one is not late because of a later one', async () => {
    const { clock, made } = ready();
    const seen: string[] = [];
    made.at(NOW + 15_000, () => seen.push('late'));
    made.at(NOW + 100, () => seen.push('soon'));
    await clock.turn(100);
    expect(seen).toEqual(['soon']);
    await clock.turn(14_900);
    expect(seen).toEqual(['soon', 'late']);
  });

  test('a stop calls all of them', async () => {
    const { clock, made, stop } = ready();
    const seen: string[] = [];
    made.at(NOW + 15_000, () => seen.push('a'));
    stop.abort();
    await clock.turn(0);
    made.at(NOW + 15_000, () => seen.push('b'));
    await clock.turn(0);
    expect(seen).toEqual(['a', 'b']);
  });

  test('a bell ends a wait before its time', async () => {
    const { made } = ready();
    const { wait, ring } = bell(made);
    const waiting = wait(NOW + 1000);
    ring();
    await waiting;
  });
});
