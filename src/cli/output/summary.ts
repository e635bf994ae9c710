import type { Millis } from '../../core/util/time.ts';
import type { StageStats } from '../../runtime/stage.ts';

/** Results of a one-shot run, printed as one JSON object: each stage, and totals over all stages. */
export function summarize(stages: readonly StageStats[], elapsed: Millis) {
  const sum = (field: 'in' | 'out' | 'late' | 'rejected' | 'files') =>
    stages.reduce((total, stage) => total + stage[field], 0);
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
