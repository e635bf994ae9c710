import type { Clock } from '../../core/util/clock.ts';
import type { Millis } from '../../core/util/time.ts';
import { withTimeout } from '../../core/util/timeout.ts';
import type { Stage } from '../../runtime/stage.ts';

const REFRESH_MS: Millis = 2000;

/** How long the end waits for a bus that is asked right then. */
const LAST_ANSWER_MS: Millis = 1000;

/**
 * Keeps the lag of all stages current until the returned function is called and resolves. A bus that does not answer
 * leaves the last numbers; the stages report it.
 */
export function keepRefreshed(stages: readonly Pick<Stage, 'refresh'>[], clock: Clock): () => Promise<void> {
  const ends: AbortController[] = [];
  const loop = async (stage: Pick<Stage, 'refresh'>): Promise<void> => {
    // One for each loop: a signal warns when many wait for it.
    const done = new AbortController();
    ends.push(done);
    while (!done.signal.aborted) {
      await stage.refresh?.().catch(() => {});
      await clock.sleep(REFRESH_MS, done.signal);
    }
  };
  const loops = stages.filter(({ refresh }) => refresh !== undefined).map(loop);
  return async () => {
    for (const end of ends) end.abort();
    await withTimeout(clock, LAST_ANSWER_MS, Promise.all(loops), () => {});
  };
}
