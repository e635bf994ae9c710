import type { Millis } from '../../../core/util/time.ts';
import type { SourceContext } from '../../source.ts';

/** Lets one loop wait for something to happen or for some time, whichever is first. */
export interface Wakeup {
  ring(): void;
  /** Resolves at the next ring, after `span`, or when the source is asked to stop; true where it was not the ring. */
  wait(span: Millis): Promise<boolean>;
}

export function wakeup({ sleep }: Pick<SourceContext, 'sleep'>): Wakeup {
  let rung = new AbortController();
  return {
    ring: () => rung.abort(),
    async wait(span) {
      rung = new AbortController();
      const { signal } = rung;
      await sleep(span, signal);
      return !signal.aborted;
    },
  };
}
