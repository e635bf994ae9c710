import type { Millis } from '../../core/util/time.ts';
import type { StageStats } from '../../runtime/stage.ts';

/** What a one-shot run did: printed as one JSON object. The sums go over the stages. */
export function summarize(stages: readonly StageStats[], elapsed: Millis) {
  const sum = (field: 'in' | 'out' | 'late' | 'rejected' | 'files') =>
    stages.reduce((so, stage) => so + stage[field], 0);
  return {
    stages,
    in: sum('in'),
    out: sum('out'),
    late: sum('late'),
    rejected: sum('rejected'),
    files: sum('files'),
    seconds: elapsed / 1000,
  };
}
