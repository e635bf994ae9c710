import type { Clock } from '../../../core/util/clock.ts';
import type { Io } from '../../process/io.ts';

/**
 * The clock of sources. For tests, `CRYPTOPIPE_TEST_CLOCK='100 1772323200000'` runs it 100 times faster from that instant
 * (epoch ms), equally in every process, so that hours of polling take seconds.
 */
export function sourceClock({ env, clock }: Pick<Io, 'env' | 'clock'>): Clock {
  const [times = 1, anchor = 0] = (env.CRYPTOPIPE_TEST_CLOCK ?? '').split(' ').filter(Boolean).map(Number);
  if (times === 1) return clock;
  return {
    now: () => anchor + Math.round((clock.now() - anchor) * times),
    monotonic: () => clock.monotonic() * times,
    sleep: (span, ...signals) => clock.sleep(span / times, ...signals),
  };
}
