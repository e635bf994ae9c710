import { sourceClock } from '../../../../src/cli/pipeline/sources/test-clock.ts';
import type { Clock } from '../../../../src/core/util/clock.ts';
import type { Millis } from '../../../../src/core/util/time.ts';
import { systemClock } from '../../../../src/runtime/system-clock.ts';

export interface MovedClock extends Clock {
  /** Gives a process that starts now the same clock. */
  env(): Record<string, string>;
  /** Moves the clock ahead for the stubs and for processes that start later. */
  jump(span: Millis): void;
}

/** A clock that runs `times` as fast as the machine's, from now. */
export function movedClock(times: number): MovedClock {
  let anchor = Date.now();
  const env = () => ({ CRYPTOPIPE_TEST_CLOCK: `${times} ${anchor}` });
  const clock = () => sourceClock({ env: env(), clock: systemClock });
  return {
    env,
    now: () => clock().now(),
    monotonic: () => clock().monotonic(),
    sleep: (span, ...signals) => clock().sleep(span, ...signals),
    jump(span) {
      anchor -= Math.round(span / (times - 1));
    },
  };
}
