import { UserError } from '../core/errors.ts';
import type { Restored } from '../core/stream/keyed-state.ts';
import { aborted } from '../core/util/aborted.ts';
import type { Clock } from '../core/util/clock.ts';
import type { Millis } from '../core/util/time.ts';
import type { Task } from '../log/log.ts';
import type { Input, Logic } from '../processors/processor.ts';
import { checkpoint, type Work } from './checkpoint.ts';
import { MergedInput, type MergedInputSpec } from './intake.ts';
import { Outbox, type OutboxSpec } from './outbox.ts';
import type { StageStats } from './stage.ts';

/** While nothing comes the clock is looked at this often. */
const IDLE_MS: Millis = 500;

export interface TaskSettings {
  readonly inputs: readonly MergedInputSpec[];
  readonly output: OutboxSpec;
  readonly build: (restored: Restored) => Logic;
  readonly commitEveryMs: Millis;
  /** How far ahead of the clock event times may be. */
  readonly maxAheadMs: Millis;
  readonly clock: Clock;
  readonly stats: StageStats;
  /** A one-shot run: nothing is read before the stage's turn has come, when what is before it is done. */
  readonly inTurn: boolean;
  /** Set when the stage is to end; `stop` at once, the others at the end offsets of that moment. */
  readonly ending: { mode: 'clock' | 'all' | 'stop' | undefined; readonly signal: AbortSignal };
}

/** Unread records of the task's inputs. */
async function lagOf(task: Task, intake: MergedInput): Promise<number> {
  const ends = await task.ends();
  return [...intake.offsets()].reduce(
    (sum, [topic, next]) => sum + Math.max(0, (ends.get(topic) ?? 0) - next),
    0,
  );
}

/** Drives one task until it is revoked, lost, or the stage ends. Resolves with the Problem that took it away, if any. */
export async function runTask(task: Task, settings: TaskSettings): Promise<UserError | undefined> {
  const { stats, clock, ending } = settings;
  const intake = new MergedInput(task, settings.inputs);
  for (const [topic, next] of intake.offsets()) {
    const place = `${topic}/${task.partition}`;
    stats.from[place] ??= next;
    stats.to[place] = next;
  }
  const restored = await task.state();
  const outbox = new Outbox(settings.output, stats, restored);
  const work: Work = { task, intake, outbox, stats, clock, logic: settings.build(restored) };
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
        intake.limit(await task.ends());
        pinned = true;
      }
      const more = await intake.fill();
      if (more) {
        looked = false;
        stats.in += drain(work, clock.now() + settings.maxAheadMs);
        // Reading is synchronous here: without a turn of the event loop nobody's commit would get on.
        await new Promise(setImmediate);
      }
      const due = clock.monotonic() - committed >= settings.commitEveryMs;
      if (due || outbox.isFull) {
        // One commit is under way while the next records are taken: it took what it commits when it began.
        await underWay;
        underWay = checkpoint(work);
        underWay.catch(() => {});
        committed = clock.monotonic();
        if (!looked) stats.lag = await lagOf(task, intake);
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

/** For a record that the logic fails on: it would fail again at each start, so the reader learns which one it is. */
function stuckAt({ group }: Task, { from, partition, offset }: Input, cause: unknown): UserError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new UserError(
    'failed',
    `${group} fails on the record at offset ${offset} of ${from}/${partition}: ${why}`,
    `If it fails there again, leave that record out with 'cryptopipe topics reset ${from} --group ${group} --skip ${offset} --partition ${partition} --yes'.`,
    false,
    { cause },
  );
}

function drain({ task, intake, logic, outbox }: Work, latest: Millis): number {
  return intake.drain(
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
