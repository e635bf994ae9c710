import type { Clock } from '../core/clock.ts';

/** The machine's clock. */
export const systemClock: Clock = {
  now: Date.now,
  // Not `AbortSignal.any`: what it makes hangs on a signal that lasts until the collector runs.
  sleep: (span, ...signals) =>
    new Promise((resolve) => {
      if (signals.some((signal) => signal?.aborted)) return resolve();
      const done = () => {
        clearTimeout(timer);
        for (const signal of signals) signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, span);
      for (const signal of signals) signal?.addEventListener('abort', done);
    }),
};
