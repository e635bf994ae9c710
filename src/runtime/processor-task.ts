import { UserError } from '../core/errors.ts';
import type { Restored } from '../core/stream/keyed-state.ts';
import { aborted } from '../core/util/aborted.ts';
import type { Clock } from '../core/util/clock.ts';
import type { Millis } from '../core/util/time.ts';
import type { Task } from '../log/log.ts';
import type { Input, Logic } from '../processors/processor.ts';
import { checkpoint, type Work } from './checkpoint.ts';
import { MergedInput, type MergedInputSpec } from './merged-input.ts';
import { Outbox, type OutboxSpec } from './outbox.ts';
import type { StageStats } from './stage.ts';

/** How often an idle task advances by the clock. */
const IDLE_MS: Millis = 500;

export interface TaskSettings {
  readonly inputs: readonly MergedInputSpec[];
  readonly output: OutboxSpec;
  readonly build: (restored: Restored) => Logic;
  readonly commitEveryMs: Millis;
  /** Maximum event time ahead of the clock. */
  readonly maxAheadMs: Millis;
  readonly clock: Clock;
  readonly stats: StageStats;
  /** A one-shot run: reads nothing until the stages before it are done. */
  readonly inTurn: boolean;
  /** Set to end the stage: `stop` at once, the others at the current end offsets. */
  readonly ending: { mode: 'clock' | 'all' | 'stop' | undefined; readonly signal: AbortSignal };
}

/** Unread records of the task's inputs. */
async function lagOf(task: Task, merged: MergedInput): Promise<number> {
  const ends = await task.ends();
  return [...merged.offsets()].reduce(
    (sum, [topic, next]) => sum + Math.max(0, (ends.get(topic) ?? 0) - next),
    0,
  );
}

/** Runs one task until it is revoked, lost, or the stage ends. Resolves with the UserError if the task was lost. */
export async function runTask(task: Task, settings: TaskSettings): Promise<UserError | undefined> {
  const { stats, clock, ending } = settings;
  const merged = new MergedInput(task, settings.inputs);
  for (const [topic, next] of merged.offsets()) {
    const place = `${topic}/${task.partition}`;
    stats.from[place] ??= next;
    stats.to[place] = next;
  }
  const restored = await task.state();
  const outbox = new Outbox(settings.output, stats, restored);
  const work: Work = { task, input: merged, outbox, stats, clock, logic: settings.build(restored) };
  const wake = AbortSignal.any([ending.signal, task.revoked]);
  /** Monotonic time of the last commit. */
  let committed = clock.monotonic();
  let pinned = false;
  let looked = false;
  let underWay: Promise<void> = Promise.resolve();
  try {
    if (settings.inTurn) await aborted(wake);
    for (;;) {
      if (task.revoked.reason instanceof UserError) return task.revoked.reason;
      if (task.revoked.aborted || ending.mode === 'stop') break;
      if (ending.mode !== undefined && !pinned) {
        merged.limit(await task.ends());
        pinned = true;
      }
      const more = await merged.fill();
      if (more) {
        looked = false;
        stats.in += drain(work, clock.now() + settings.maxAheadMs);
        // Reading may be synchronous; this lets pending commits progress.
        await new Promise(setImmediate);
      }
      const due = clock.monotonic() - committed >= settings.commitEveryMs;
      if (due || outbox.isFull) {
        // One commit runs while the next records are processed; it took its outputs when it began.
        await underWay;
        underWay = checkpoint(work);
        underWay.catch(() => {});
        committed = clock.monotonic();
        if (!looked) stats.lag = await lagOf(task, merged);
        looked = !more;
      }
      if (more) continue;
      if (pinned) {
        await underWay;
        await checkpoint(work, ending.mode as 'clock' | 'all');
        stats.lag = 0;
        return undefined;
      }
      const rest = looked ? IDLE_MS : Math.max(1, committed + settings.commitEveryMs - clock.monotonic());
      await task.grown(Math.min(IDLE_MS, rest), wake);
    }
    await underWay;
    await checkpoint(work);
    return undefined;
  } catch (error) {
    if (error instanceof UserError && error.code === 'fenced') return error;
    throw error;
  }
}

/** The error for a record that crashes the logic. It would do so at every start, so the message names the record. */
function stuckAt({ group }: Task, { from, partition, offset }: Input, cause: unknown): UserError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new UserError(
    'failed',
    `${group} fails on the record at offset ${offset} of ${from}/${partition}: ${why}`,
    `If it fails there again, skip that record with 'cryptopipe topics reset ${from} --group ${group} --skip ${offset} --partition ${partition} --yes'.`,
    false,
    { cause },
  );
}

function drain({ task, input: merged, logic, outbox }: Work, latest: Millis): number {
  return merged.drain(
    (input) => {
      try {
        outbox.during(input, () => logic.accept(input, outbox));
      } catch (error) {
        throw error instanceof UserError ? error : stuckAt(task, input, error);
      }
    },
    (input, why) => outbox.reject(input, why),
    { latest, isFull: () => outbox.isFull },
  );
}
