import type { Millis } from '../../../core/util/time.ts';
import type { SourceContext, Waits } from '../../source.ts';
import { LONGEST_SLEEP_MS } from './wait.ts';

/**
 * Poll times on a grid of whole multiples of `every` since the epoch, so that pollers stay in step and never drift. The
 * first is the multiple that has just passed; ticks that pass during a poll are skipped. `interval`: a longer time between
 * polls, kept on average while each stays on the grid. Yields once under `once`.
 */
export async function* ticks(
  every: Millis,
  { now, sleep, signal, once }: Waits & Pick<SourceContext, 'once'>,
  interval: () => Millis = () => every,
): AsyncGenerator<Millis> {
  const before = (time: Millis) => Math.floor(time / every) * every;
  const after = (time: Millis) => Math.ceil(time / every) * every;
  let last = before(now());
  /** Time of the next poll without the grid. */
  let ideal = last;
  yield last;
  while (!once && !signal.aborted) {
    ideal += Math.max(every, interval());
    let due = Math.max(after(ideal), last + every, after(now()));
    while (now() < due && !signal.aborted) {
      // The clock was set back by more than a period: restart the grid.
      if (now() < last - every) due = Math.min(due, after(now()));
      await sleep(Math.min(due - now(), LONGEST_SLEEP_MS));
    }
    if (signal.aborted) return;
    last = Math.max(due, before(now()));
    ideal = Math.min(Math.max(ideal, last - every), last);
    yield last;
  }
}
