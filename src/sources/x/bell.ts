import type { Millis } from '../../core/time.ts';
import type { Timer } from '../timer.ts';

/** Lets one loop wait for something to happen or for a time, whichever is first. */
export interface Bell {
  ring(): void;
  /** Resolves at the next ring, at `until`, or when the source is asked to stop. */
  wait(until: Millis): Promise<void>;
}

export function bell(timer: Timer): Bell {
  let wake = () => {};
  return {
    ring: () => wake(),
    async wait(until) {
      let cancel = () => {};
      await new Promise<void>((resolve) => {
        wake = resolve;
        cancel = timer.at(until, resolve);
      });
      cancel();
    },
  };
}
