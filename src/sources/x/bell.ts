import type { Millis } from '../../core/time.ts';
import type { SourceContext } from '../source.ts';

/** Lets one loop wait for something to happen or for a time, whichever is first. */
export interface Bell {
  ring(): void;
  /** Resolves at the next ring, at `until`, or when the source is asked to stop; may resolve early. */
  wait(until: Millis): Promise<void>;
}

/** A sleep cannot be called off, so one that ends soon enough is used again instead of beginning another. */
export function bell({ now, sleep, signal }: Pick<SourceContext, 'now' | 'sleep' | 'signal'>): Bell {
  let wake = () => {};
  const alarms = new Set<Millis>();
  const ring = (): void => wake();
  const setAlarm = (at: Millis): void => {
    if ([...alarms].some((other) => other <= at)) return;
    alarms.add(at);
    void sleep(Math.max(0, at - now())).then(() => {
      alarms.delete(at);
      ring();
    });
  };
  return {
    ring,
    async wait(until) {
      if (signal.aborted) return;
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      setAlarm(until);
      await woken;
    },
  };
}
