import type { Check } from '../../core/check.ts';
import type { Clock } from '../../core/util/clock.ts';
import type { Millis } from '../../core/util/time.ts';

/** A broker that just started is still creating internal topics, so failures are retried for this long. */
const STARTING_MS: Millis = 10_000;
const AGAIN_MS: Millis = 1000;

/** The checks of the first try without errors, or of the last try; throws what the last try throws. */
export async function retryWhileStarting(clock: Clock, collect: () => Promise<Check[]>): Promise<Check[]> {
  const begun = clock.monotonic();
  for (;;) {
    const late = () => clock.monotonic() - begun >= STARTING_MS;
    try {
      const checks = await collect();
      if (late() || checks.every(({ severity }) => severity !== 'error')) return checks;
    } catch (error) {
      if (late()) throw error;
    }
    await clock.sleep(AGAIN_MS);
  }
}
