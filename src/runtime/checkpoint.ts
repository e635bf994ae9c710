import type { Clock } from '../core/util/clock.ts';
import type { Millis } from '../core/util/time.ts';
import type { Task } from '../log/log.ts';
import type { Logic } from '../processors/processor.ts';
import type { MergedInput } from './input/merged-input.ts';
import type { ScoresAhead } from './input/scores-ahead.ts';
import type { Outbox } from './output/outbox.ts';
import type { CommitTimer } from './progress/commit-timer.ts';
import { type FinishMode, moveCounts, newStats, type StageStats } from './stage.ts';

/** The parts of one task's commit. */
export interface Work {
  readonly task: Task;
  readonly inputs: MergedInput;
  readonly logic: Logic;
  readonly outbox: Outbox;
  readonly stats: StageStats;
  /** Counts of uncommitted records; `stats.in` already includes them. */
  readonly counted: StageStats;
  readonly clock: Clock;
  readonly commits: CommitTimer;
  /** Smallest watermark of an open key, by the partition of each running task. */
  readonly watermarks: Map<number, Millis | undefined>;
  /** For logic that needs scores of a program of the user's. */
  readonly scores: ScoresAhead | undefined;
  /** Called after each commit. */
  readonly report: (() => void) | undefined;
}

/** The smallest known one; undefined without any. */
export function smallestWatermark(watermarks: Iterable<Millis | undefined>): Millis | undefined {
  const known = [...watermarks].filter((watermark) => watermark !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/**
 * The commit sequence. If the process dies before step 5 completes, nothing is written; after it, everything is. Throws
 * UserError `fenced` if another process has taken over the task.
 */
export async function checkpoint(
  { task, inputs, logic, outbox, stats, counted, clock, commits, watermarks, report }: Work,
  finish: FinishMode = 'open',
) {
  // 1. Advance silent keys by the clock; finish a one-shot run.
  logic.advance?.({ time: clock.now(), monotonic: clock.monotonic(), caughtUp: inputs.caughtUp }, outbox);
  if (finish !== 'open') logic.finish?.(finish, clock.now(), outbox);
  // 2. Take the outputs of every record processed so far.
  const outputs = outbox.take();
  const taken = newStats(stats.stage);
  moveCounts(counted, taken);
  counted.in = 0;
  // 3. Take the changed state.
  const state = [...logic.changes(), ...outbox.changes()];
  // 4. Take the offsets after those records.
  const offsets = new Map(
    [...inputs.offsets()].filter(([topic, next]) => stats.to[`${topic}/${task.partition}`] !== next),
  );
  // 5. Commit all of it atomically, under the lease.
  if (outputs.length + state.length + offsets.size > 0)
    await commits.time(() => task.commit({ outputs, offsets, state }));
  // 6. Count what is durable.
  moveCounts(taken, stats);
  for (const { topic } of outputs) stats.written[topic] = (stats.written[topic] ?? 0) + 1;
  for (const [topic, next] of offsets) stats.to[`${topic}/${task.partition}`] = next;
  watermarks.set(task.partition, logic.watermark?.());
  stats.watermark = smallestWatermark(watermarks.values());
  report?.();
}
