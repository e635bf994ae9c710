import type { Clock } from '../../core/util/clock.ts';
import { formatSpan, MINUTE, type Millis, SECOND } from '../../core/util/time.ts';
import { type Stage, totalLag } from '../../runtime/stage.ts';

/** A stage with input counts as stuck after this long without progress. */
const LONGEST_STALL_MS: Millis = MINUTE;

export type WatchedStage = Pick<Stage, 'stats' | 'commits' | 'isReady'>;

export interface Health {
  /** Notes the progress of all stages; call it every few seconds. */
  sample(): void;
  /** A sentence for each stuck stage; none: healthy. */
  stalls(): readonly string[];
  /** The stages that have not received their partitions yet; none: ready. */
  unready(): readonly string[];
}

/**
 * Judges stages by progress: a stage that is merely quiet is healthy; one that does not read its unread records is not, and
 * neither is one whose commit does not end.
 */
export function healthOf(stages: readonly WatchedStage[], clock: Pick<Clock, 'monotonic'>): Health {
  const last = new Map<WatchedStage, { readonly read: number; readonly at: Millis }>();

  function sample(): void {
    for (const stage of stages) {
      const { stats } = stage;
      if (last.get(stage)?.read !== stats.in || totalLag(stats) === 0)
        last.set(stage, { read: stats.in, at: clock.monotonic() });
    }
  }

  function stallOf(stage: WatchedStage): string | undefined {
    const { stats, commits } = stage;
    const now = clock.monotonic();
    const stood = now - last.get(stage)!.at;
    const committing = now - (commits.startedAt ?? now);
    const span = Math.max(stood, committing);
    if (span < LONGEST_STALL_MS) return undefined;
    const since = formatSpan(Math.floor(span / SECOND) * SECOND);
    return committing >= stood
      ? `${stats.stage}: its commit has not ended for ${since}`
      : `${stats.stage}: no progress for ${since} with ${totalLag(stats)} unread records`;
  }

  return {
    sample,
    stalls() {
      sample();
      return stages.map(stallOf).filter((text) => text !== undefined);
    },
    unready: () => stages.filter(({ isReady }) => !isReady).map(({ stats }) => stats.stage),
  };
}
