import type { Clock } from '../core/util/clock.ts';
import type { Millis } from '../core/util/time.ts';

/** Node's longest timer, 24.8 days; a longer one fires at once. */
const LONGEST_TIMER_MS: Millis = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: Date.now,
  // Not `performance.now`, which counts from the start of the process: leases are compared between processes.
  monotonic: () => {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1000 + Math.floor(nanoseconds / 1e6);
  },
  // Not `AbortSignal.any`, which leaks on long-lived signals until garbage collection.
  sleep: (span, ...signals) =>
    new Promise((resolve) => {
      if (signals.some((signal) => signal?.aborted)) return resolve();
      let timer: NodeJS.Timeout;
      const done = () => {
        clearTimeout(timer);
        for (const signal of signals) signal?.removeEventListener('abort', done);
        resolve();
      };
      const sleepOn = (left: Millis) => {
        const part = Math.min(left, LONGEST_TIMER_MS);
        timer = setTimeout(() => (left > part ? sleepOn(left - part) : done()), part);
      };
      sleepOn(span);
      for (const signal of signals) signal?.addEventListener('abort', done);
    }),
};
