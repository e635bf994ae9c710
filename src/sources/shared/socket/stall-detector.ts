import type { Millis } from '../../../core/util/time.ts';
import type { SourceContext } from '../../source.ts';

/** Heartbeat period. Missing two beats means that the process stalled. */
const BEAT_MS: Millis = 1000;

export type StallContext = Pick<SourceContext, 'signal' | 'now' | 'sleep'>;

/**
 * After a stall (stopped process, suspended machine, blocked event loop, paused reading) the socket returns old bytes.
 * They prove that the service was alive when the stall began, not since. The returned function maps a read time to the
 * last time at which the service was certainly alive: the read time itself, or the start of a stall until reading has
 * continued for one beat.
 */
export function stallDetector(
  { signal, now, sleep }: StallContext,
  isPaused: () => boolean,
  closed: AbortSignal,
): (at: Millis) => Millis {
  let beatAt = now();
  let stalledAt: Millis | undefined;

  const stallStart = (at: Millis): Millis | undefined =>
    at - beatAt > 2 * BEAT_MS ? (stalledAt ?? beatAt) : undefined;

  async function beat(): Promise<void> {
    while (!signal.aborted && !closed.aborted) {
      await sleep(BEAT_MS, closed);
      if (isPaused()) continue;
      stalledAt = stallStart(now());
      beatAt = now();
    }
  }
  void beat();
  return (at) => {
    stalledAt = stallStart(at) ?? stalledAt;
    return stalledAt ?? at;
  };
}
