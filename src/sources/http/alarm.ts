import type { Millis } from '../../core/time.ts';
import type { SourceContext } from '../source.ts';

/** Rings once when a time has come, unless it is cleared before. */
export interface Alarm {
  set(at: Millis, ring: () => void): void;
  clear(): void;
}

/**
 * An alarm by the clock of the surroundings, whose sleeps cannot be called off: however often it is set, one sleep is
 * under way at most. Each time must be later than the one set before, as deadlines of equal length are.
 */
export function newAlarm({ now, sleep, signal }: Pick<SourceContext, 'now' | 'sleep' | 'signal'>): Alarm {
  let due: { readonly at: Millis; readonly ring: () => void } | undefined;
  let asleep = false;

  async function watch(): Promise<void> {
    asleep = true;
    while (due !== undefined && !signal.aborted) {
      await sleep(Math.max(1, due.at - now()));
      if (due === undefined || now() < due.at) continue;
      const { ring } = due;
      due = undefined;
      ring();
    }
    asleep = false;
  }

  return {
    set(at, ring) {
      due = { at, ring };
      if (!asleep) void watch();
    },
    clear() {
      due = undefined;
    },
  };
}
