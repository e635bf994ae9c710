import type { Clock } from '../src/core/util/clock.ts';

/** What a test does to time. */
export interface HandClock extends Clock {
  /** Time goes on by `span` ms: wakes the sleepers that are due. */
  turn(span: number): Promise<void>;
  /** Sets the wall clock, as an operator would: no time passes. */
  set(time: number): void;
}

/** A clock that stands until it is turned; sleepers wake in the order of their time. */
export function handClock(start = Date.UTC(2026, 2, 2)): HandClock {
  /** What the wall clock is ahead of the monotonic one. */
  let ahead = 1_000_000_000_000;
  let now = start - ahead;
  let sleepers: { at: number; wake: () => void }[] = [];
  return {
    now: () => now + ahead,
    monotonic: () => now,
    sleep: (span, ...signals) =>
      new Promise((resolve) => {
        if (signals.some((signal) => signal?.aborted)) return resolve();
        const wake = (): void => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          for (const signal of signals) signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper = { at: now + span, wake };
        sleepers.push(sleeper);
        for (const signal of signals) signal?.addEventListener('abort', wake);
      }),
    async turn(span) {
      now += span;
      const due = sleepers.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
      for (const { wake } of due) wake();
      await new Promise(setImmediate);
    },
    set(time) {
      ahead = time - now;
    },
  };
}
