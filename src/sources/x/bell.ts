import type { Millis } from '../../core/time.ts';
import type { SourceContext } from '../source.ts';

/** Lets one loop wait for something to happen or for a time, whichever is first. */
export interface Bell {
  ring(): void;
  /** Resolves at the next ring, at `until`, or when the source is asked to stop. */
  wait(until: Millis): Promise<void>;
}

export function bell({ now, sleep }: Pick<SourceContext, 'now' | 'sleep'>): Bell {
  let rung = new AbortController();
  return {
    ring: () => rung.abort(),
    wait(until) {
      rung = new AbortController();
      return sleep(Math.max(0, until - now()), rung.signal);
    },
  };
}
