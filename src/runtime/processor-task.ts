import { setFlagsFromString } from 'node:v8';
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
import { asFailure, FailedAttempts, isDamage, RecordFailure } from './record-failure.ts';
import { newStats, type Reporter, type StageStats } from './stage.ts';

/** How often an idle task advances by the clock. */
const IDLE_MS: Millis = 500;

/** A state of more rows is large. */
const LARGE_STATE = 10_000;

/**
 * For a process with a large state: between two full collections its heap grows by 40 % of the live data, not to four
 * times of it. Costs CPU time, so not for all. It stays so until the process ends.
 */
const limitHeapGrowth = (): void => setFlagsFromString('--heap-growing-percent=40');

export interface TaskSettings {
  readonly inputs: readonly MergedInputSpec[];
  readonly output: OutboxSpec;
  readonly build: (restored: Restored) => Logic;
  readonly commitEveryMs: Millis;
  /** How far ahead of the clock event times may be. */
  readonly maxAheadMs: Millis;
  readonly clock: Clock;
  readonly stats: StageStats;
  readonly warn: Reporter['warn'];
  /** A one-shot run: reads nothing until the stages before it are done. */
  readonly inTurn: boolean;
  /** Set to end the stage: `stop` at once, the others at the current end offsets. */
  readonly ending: { mode: 'clock' | 'all' | 'stop' | undefined; readonly signal: AbortSignal };
}

/** Number of unread records of the task's inputs. */
async function lagOf(task: Task, inputs: MergedInput): Promise<number> {
  const ends = await task.ends();
  return [...inputs.offsets()].reduce(
    (sum, [topic, next]) => sum + Math.max(0, (ends.get(topic) ?? 0) - next),
    0,
  );
}

/** Runs one task until it is revoked, lost, or the stage ends. Resolves with the UserError if the task was lost. */
export async function runTask(task: Task, settings: TaskSettings): Promise<UserError | undefined> {
  const { stats, ending } = settings;
  const attempts = new FailedAttempts();
  /** End offsets of a run that is ending; the first attempt that sees the end sets them. */
  const pinned: Pinned = { ends: undefined };
  if (settings.inTurn) await aborted(AbortSignal.any([ending.signal, task.revoked]));
  for (;;) {
    try {
      return await attempt(task, settings, attempts.last, pinned);
    } catch (error) {
      if (error instanceof UserError && error.code === 'fenced') return error;
      if (!(error instanceof RecordFailure)) throw error;
      const count = attempts.add(error, task.group, task.partition, true);
      const place = `${error.topic}/${task.partition}`;
      settings.warn(
        `${task.group} failed on ${error.where} of ${place} (${error.message}), attempt ${count}; starting again from the last commit`,
      );
      // The logic may have processed half of the record, so its state and everything uncommitted is discarded.
      for (const { actual } of settings.inputs) task.seek(actual, stats.to[`${actual}/${task.partition}`]!);
    }
  }
}

/** A function of its own, so that no variable of `attempt` keeps the stored texts in memory. */
async function restore(task: Task, settings: TaskSettings, inputs: MergedInput): Promise<Work> {
  const { stats, clock } = settings;
  const restored = await task.state();
  if (restored.size > LARGE_STATE) limitHeapGrowth();
  const counted = newStats(stats.stage);
  const outbox = new Outbox(settings.output, counted, restored);
  return { task, inputs, outbox, stats, counted, clock, logic: settings.build(restored) };
}

interface Pinned {
  ends: ReadonlyMap<string, number> | undefined;
}

/**
 * Runs a task from its last commit. Commits right before `suspect`, the record on which the previous attempt failed.
 * Throws RecordFailure for a record on which the logic throws.
 */
async function attempt(
  task: Task,
  settings: TaskSettings,
  suspect: RecordFailure | undefined,
  pinned: Pinned,
): Promise<UserError | undefined> {
  const { stats, clock, ending } = settings;
  const inputs = new MergedInput(task, settings.inputs);
  if (pinned.ends !== undefined) inputs.limit(pinned.ends);
  for (const [topic, next] of inputs.offsets()) {
    const place = `${topic}/${task.partition}`;
    stats.from[place] ??= next;
    stats.to[place] = next;
  }
  const work = await restore(task, settings, inputs);
  const { counted } = work;
  const wake = AbortSignal.any([ending.signal, task.revoked]);
  /** Monotonic time of the last commit. */
  let committed = clock.monotonic();
  let looked = false;
  let underWay: Promise<void> = Promise.resolve();
  /** `suspect` comes next, and this attempt has not tried it yet. */
  let isNext = false;
  let isTried = suspect === undefined;
  const pauseAt = ({ from, offset }: Input): boolean => {
    if (isTried || from !== suspect?.topic || offset < suspect.from) return false;
    isNext = true;
    isTried = true;
    return true;
  };
  try {
    for (;;) {
      if (task.revoked.reason instanceof UserError) return task.revoked.reason;
      if (task.revoked.aborted || ending.mode === 'stop') break;
      if (ending.mode !== undefined && pinned.ends === undefined) {
        pinned.ends = await task.ends();
        inputs.limit(pinned.ends);
      }
      const more = await inputs.fill();
      if (more) {
        looked = false;
        const count = drain(work, clock.now() + settings.maxAheadMs, pauseAt);
        stats.in += count;
        counted.in += count;
        // Reading is synchronous; without a turn of the event loop no commit would make progress.
        await new Promise(setImmediate);
      }
      const due = isNext || clock.monotonic() - committed >= settings.commitEveryMs;
      if (work.logic.isFull) limitHeapGrowth();
      if (due || isFull(work)) {
        // A commit runs while the next records are processed; it took its data when it started.
        await underWay;
        underWay = checkpoint(work);
        underWay.catch(() => {});
        committed = clock.monotonic();
        if (isNext) await underWay;
        isNext = false;
        if (!looked) stats.lag = await lagOf(task, inputs);
        looked = !more;
      }
      if (more) continue;
      if (pinned.ends !== undefined) {
        await underWay;
        do await checkpoint(work, ending.mode as 'clock' | 'all');
        while (work.logic.isUnfinished);
        stats.lag = 0;
        return undefined;
      }
      const rest = looked ? IDLE_MS : Math.max(1, committed + settings.commitEveryMs - clock.monotonic());
      await task.grown(Math.min(IDLE_MS, rest), wake);
    }
    await underWay;
    do await checkpoint(work);
    while (work.logic.isUnfinished);
    return undefined;
  } catch (error) {
    if (error instanceof RecordFailure) {
      await underWay;
      stats.in -= counted.in;
    }
    // Commits what was read before the damage, so the group's position is exactly there.
    if (isDamage(error)) await underWay.then(() => checkpoint(work));
    throw error;
  }
}

/** It is time to commit, whatever the commit interval. */
const isFull = ({ outbox, logic }: Work): boolean => outbox.isFull || logic.isFull === true;

function drain(work: Work, latest: Millis, pauseAt: (input: Input) => boolean): number {
  const { inputs, logic, outbox } = work;
  return inputs.drain(
    (input) => {
      try {
        outbox.during(input, () => logic.accept(input, outbox));
      } catch (error) {
        throw asFailure(error, input.from, input.offset, input.offset + 1);
      }
    },
    (input, why) => outbox.reject(input, why),
    { latest, isFull: () => isFull(work), pauseAt },
  );
}
