import type { Millis } from '../core/time.ts';
import type { SourceContext } from './source.ts';

export interface Timer {
  /** Calls back at `time`, or early when the source is asked to stop. Returns what calls it off. */
  at(time: Millis, call: () => void): () => void;
}

/**
 * Many deadlines on few sleeps. A sleep cannot be called off and deadlines are mostly moved on before they come, so
 * one that ends early enough serves for those after it, too.
 */
export function timer({ now, sleep, signal }: Pick<SourceContext, 'now' | 'sleep' | 'signal'>): Timer {
  const deadlines = new Set<{ readonly time: Millis; readonly call: () => void }>();
  const alarms = new Set<Millis>();

  function arm(): void {
    if (deadlines.size === 0) return;
    const first = Math.min(...[...deadlines].map(({ time }) => time));
    if ([...alarms].some((alarm) => alarm <= first)) return;
    alarms.add(first);
    void sleep(Math.max(0, first - now())).then(() => {
      alarms.delete(first);
      for (const deadline of [...deadlines])
        if (signal.aborted || deadline.time <= now()) {
          deadlines.delete(deadline);
          deadline.call();
        }
      arm();
    });
  }

  return {
    at(time, call) {
      const deadline = { time, call };
      deadlines.add(deadline);
      arm();
      return () => void deadlines.delete(deadline);
    },
  };
}
