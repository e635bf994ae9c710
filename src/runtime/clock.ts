import type { Clock } from '../core/clock.ts';

/** The machine's clock. */
export const systemClock: Clock = {
  now: Date.now,
  sleep: (span, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, span);
      signal?.addEventListener('abort', done);
    }),
};
