import type { Clock } from '../core/util/clock.ts';
import type { Task } from '../log/log.ts';
import type { Logic } from '../processors/processor.ts';
import type { MergedInput } from './merged-input.ts';
import type { Outbox } from './outbox.ts';
import { moveCounts, newStats, type StageStats } from './stage.ts';

/** What one task's commit is made of. */
export interface Work {
  readonly task: Task;
  readonly intake: MergedInput;
  readonly logic: Logic;
  readonly outbox: Outbox;
  readonly stats: StageStats;
  /** Counts of records that are not committed yet; `in` of `stats` has them already. */
  readonly counted: StageStats;
  readonly clock: Clock;
}

/**
 * The commit sequence, once. A process that dies anywhere before step 5 has ended leaves nothing behind; after it,
 * everything. Throws Problem `fenced` when the task is another process's by now.
 */
export async function checkpoint(
  { task, intake, logic, outbox, stats, counted, clock }: Work,
  finish?: 'clock' | 'all',
) {
  // 1. Time: silent keys move on with the clock; a one-shot run ends here.
  logic.advance?.({ time: clock.now(), monotonic: clock.monotonic(), caughtUp: intake.caughtUp }, outbox);
  if (finish !== undefined) logic.finish?.(finish, clock.now(), outbox);
  // 2. The answers to every record handed on so far.
  const outputs = outbox.take();
  const taken = newStats(stats.stage);
  moveCounts(counted, taken);
  counted.in = 0;
  // 3. The state that changed, and nothing else.
  const state = [...logic.changes(), ...outbox.changes()];
  // 4. The offsets after those records.
  const offsets = new Map(
    [...intake.offsets()].filter(([topic, next]) => stats.to[`${topic}/${task.partition}`] !== next),
  );
  // 5. All of it in one atomic step, checked against the lease.
  if (outputs.length + state.length + offsets.size > 0) await task.commit({ outputs, offsets, state });
  // 6. What is durable is counted.
  moveCounts(taken, stats);
  for (const { topic } of outputs) stats.written[topic] = (stats.written[topic] ?? 0) + 1;
  for (const [topic, next] of offsets) stats.to[`${topic}/${task.partition}`] = next;
  stats.watermark = logic.watermark?.();
}
