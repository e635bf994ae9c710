import type { Millis } from '../../../core/util/time.ts';
import type { SourceContext } from '../../source.ts';

/** Lets one loop wait for an event or a timeout, whichever comes first. */
export interface Wakeup {
  notify(): void;
  /** Resolves on notify, after `span`, or when the source stops. True unless notify ended it. */
  wait(span: Millis): Promise<boolean>;
}

export function wakeup({ sleep }: Pick<SourceContext, 'sleep'>): Wakeup {
  let notified = new AbortController();
  return {
    notify: () => notified.abort(),
    async wait(span) {
      notified = new AbortController();
      const { signal } = notified;
      await sleep(span, signal);
      return !signal.aborted;
    },
  };
}
