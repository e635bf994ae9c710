import type { Clock } from '../src/core/clock.ts';

/** A clock that stands until it is turned; sleepers wake in the order of their time. */
export function handClock(start = Date.UTC(2026, 2, 2)): Clock & { turn(span: number): Promise<void> } {
  let now = start;
  let sleepers: { at: number; wake: () => void }[] = [];
  return {
    now: () => now,
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
  };
}
