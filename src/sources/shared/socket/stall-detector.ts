import type { Millis } from '../../../core/util/time.ts';
import type { SourceContext } from '../../source.ts';

/** How often a process that listens shows it. One that has missed two of these stood still. */
const BEAT_MS: Millis = 1000;

export type Beating = Pick<SourceContext, 'signal' | 'now' | 'sleep'>;

/**
 * After a standstill (a stopped process, a paused machine, a blocked loop, a pause of reading) old bytes are read: they
 * say that X lived when it began, and nothing of the time since. Returns the time for which what is read at `at`
 * vouches: `at` itself, or the begin of a standstill until reading has gone on for a beat.
 */
export function stallDetector(
  { signal, now, sleep }: Beating,
  isPaused: () => boolean,
  over: AbortSignal,
): (at: Millis) => Millis {
  let beatAt = now();
  let stoodAt: Millis | undefined;

  const missed = (at: Millis): Millis | undefined =>
    at - beatAt > 2 * BEAT_MS ? (stoodAt ?? beatAt) : undefined;

  async function beat(): Promise<void> {
    while (!signal.aborted && !over.aborted) {
      await sleep(BEAT_MS, over);
      if (isPaused()) continue;
      stoodAt = missed(now());
      beatAt = now();
    }
  }
  void beat();
  return (at) => {
    stoodAt = missed(at) ?? stoodAt;
    return stoodAt ?? at;
  };
}
