import type { Millis } from '../../../core/util/time.ts';
import type { SourceContext, Waits } from '../../source.ts';
import { LONGEST_SLEEP_MS } from './wait.ts';

/**
 * Times to poll at, on a grid of whole multiples of `every` since the epoch, so that two pollers are in step and none
 * drifts. The first, at once, is the multiple that has just passed; one that passes while a poll still runs is left
 * out. `interval`: the time wanted between two, when it is longer than `every`; kept on average, each still on the
 * grid. Under `once` there is one.
 */
export async function* ticks(
  every: Millis,
  { now, sleep, signal, once }: Waits & Pick<SourceContext, 'once'>,
  interval: () => Millis = () => every,
): AsyncGenerator<Millis> {
  const before = (time: Millis) => Math.floor(time / every) * every;
  const after = (time: Millis) => Math.ceil(time / every) * every;
  let last = before(now());
  /** Where the next would be without a grid. */
  let ideal = last;
  yield last;
  while (!once && !signal.aborted) {
    ideal += Math.max(every, interval());
    let due = Math.max(after(ideal), last + every, after(now()));
    while (now() < due && !signal.aborted) {
      // Set back by more than a period: the grid begins again.
      if (now() < last - every) due = Math.min(due, after(now()));
      await sleep(Math.min(due - now(), LONGEST_SLEEP_MS));
    }
    if (signal.aborted) return;
    last = Math.max(due, before(now()));
    ideal = Math.min(Math.max(ideal, last - every), last);
    yield last;
  }
}
