import { HOUR, type Millis } from '../../../core/util/time.ts';
import type { Waits } from '../../source.ts';

/** The longest single sleep: timers are limited to 24 days, and the machine may be suspended or its clock set. */
export const LONGEST_SLEEP_MS: Millis = HOUR;

/** Resolves when the clock reaches `time`, or at once when the signal aborts. */
export async function waitUntil(time: Millis, { now, sleep, signal }: Waits): Promise<void> {
  for (let left = time - now(); left > 0 && !signal.aborted; left = time - now())
    await sleep(Math.ceil(Math.min(left, LONGEST_SLEEP_MS)));
}

/** Resolves after `span`, even if the clock is set meanwhile, or at once when the signal aborts. */
export async function wait(span: Millis, { sleep, signal }: Pick<Waits, 'sleep' | 'signal'>): Promise<void> {
  for (let left = span; left > 0 && !signal.aborted; left -= LONGEST_SLEEP_MS)
    await sleep(Math.ceil(Math.min(left, LONGEST_SLEEP_MS)));
}
