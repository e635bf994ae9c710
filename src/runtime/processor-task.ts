import { UserError } from '../core/errors.ts';
import type { Restored } from '../core/stream/keyed-state.ts';
import { aborted } from '../core/util/aborted.ts';
import type { Clock } from '../core/util/clock.ts';
import type { Millis } from '../core/util/time.ts';
import type { Task } from '../log/log.ts';
import type { Input, Logic } from '../processors/processor.ts';
import { limitHeapGrowth } from '../system/heap-growth.ts';
import { checkpoint, type Work } from './checkpoint.ts';
import { drainInputs, isFull, tellInputsLeft } from './drain-inputs.ts';
import { MergedInput } from './input/merged-input.ts';
import type { MergedInputSpec } from './input/parse-record.ts';
import { ScoresAhead, type StageScorer } from './input/scores-ahead.ts';
import { Outbox, type OutboxSpec } from './output/outbox.ts';
import type { CommitTimer } from './progress/commit-timer.ts';
import { isBacklog, Load } from './progress/load.ts';
import { type Pace, Stride } from './progress/pace.ts';
import { FailedAttempts, isDamage, RecordFailure } from './record-failure.ts';
import { type FinishMode, newStats, type Reporter, type StageStats } from './stage.ts';
import type { StageEnding } from './stage-ending.ts';

/** How often an idle task advances by the clock. */
const IDLE_MS: Millis = 500;

/** A state of more rows is large. */
const LARGE_STATE = 10_000;

export interface TaskSettings {
  readonly inputs: readonly MergedInputSpec[];
  readonly output: OutboxSpec;
  readonly build: (restored: Restored, sentiment?: ScoresAhead['sentiment']) => Logic;
  /** Scores the texts that the logic asks for, before it processes their records. */
  readonly scorer?: StageScorer | undefined;
  readonly commitEveryMs: Millis;
  /** How far ahead of the clock event times may be. */
  readonly maxAheadMs: Millis;
  readonly clock: Clock;
  readonly stats: StageStats;
  readonly commits: CommitTimer;
  /** The running tasks; see Work. */
  readonly watermarks: Work['watermarks'];
  readonly running: Map<Task, { offsets(): ReadonlyMap<string, number> }>;
  readonly warn: Reporter['warn'];
  /** A one-shot run: reads nothing until the stages before it are done. */
  readonly inTurn: boolean;
  readonly ending: StageEnding;
  /** Keeps the tasks of the stage side by side; absent: each is on its own. */
  readonly pace?: Pace | undefined;
  /**
   * Runs a task in another thread if so many records wait at its start, or were processed within a second or without catching
   * up; absent: none moves.
   */
  readonly busy?: { readonly after: number; readonly move: MoveTask };
  /** Called after each read and commit. */
  readonly report?: () => void;
}

/** Runs a task from its last commit until it ends, as `runTask` does. `ends`: its end offsets, if the stage is ending. */
export type MoveTask = (
  task: Task,
  positions: ReadonlyMap<string, number>,
  ends: ReadonlyMap<string, number> | undefined,
) => Promise<UserError | undefined>;

/** Runs one task until it is revoked, lost, or the stage ends. Resolves with the UserError if the task was lost. */
export async function runTask(
  task: Task,
  settings: TaskSettings,
  ends?: ReadonlyMap<string, number>,
): Promise<UserError | undefined> {
  try {
    return await runAttempts(task, settings, { ends });
  } finally {
    settings.pace?.leave(task.partition);
    settings.running.delete(task);
    settings.watermarks.delete(task.partition);
  }
}

/** `pinned`: end offsets of a run that is ending; the first attempt that sees the end sets them. */
async function runAttempts(
  task: Task,
  settings: TaskSettings,
  pinned: Pinned,
): Promise<UserError | undefined> {
  const { inputs, stats, ending, busy } = settings;
  const attempts = new FailedAttempts();
  for (const { actual } of inputs) {
    const place = `${actual}/${task.partition}`;
    const next = task.position(actual);
    stats.from[place] ??= next;
    stats.to[place] = next;
  }
  /** What is uncommitted is read again. */
  const rewind = (): Map<string, number> => {
    const offsets = inputs.map(({ actual }) => [actual, stats.to[`${actual}/${task.partition}`]!] as const);
    for (const [topic, offset] of offsets) task.seek(topic, offset);
    return new Map(offsets);
  };
  if (settings.inTurn) await aborted(AbortSignal.any([ending.signal, task.revoked]));
  for (;;) {
    try {
      const isFirst = attempts.last === undefined;
      const isBusy = isFirst && busy !== undefined && (await isBacklog(task, busy.after, pinned.ends));
      const ended = isBusy ? BUSY : await attempt(task, settings, attempts.last, pinned);
      if (ended !== BUSY) return ended;
      limitHeapGrowth('backlog');
      return await busy!.move(task, rewind(), pinned.ends);
    } catch (error) {
      if (error instanceof UserError && error.code === 'fenced') return error;
      if (!(error instanceof RecordFailure)) throw error;
      const count = attempts.add(error, task.group, task.partition, true);
      const place = `${error.topic}/${task.partition}`;
      settings.warn(
        `${task.group} failed on ${error.where} of ${place} (${error.message}), attempt ${count}; starting again from the last commit`,
      );
      // The logic may have processed half of the record, so its state and everything uncommitted is discarded.
      rewind();
    }
  }
}

/** A function of its own, so that no variable of `attempt` keeps the stored texts in memory. */
async function restore(task: Task, settings: TaskSettings, inputs: MergedInput): Promise<Work> {
  const { stats, clock, commits, watermarks } = settings;
  const restored = await task.state();
  if (restored.size > LARGE_STATE) limitHeapGrowth('largeState');
  const counted = newStats(stats.stage);
  const outbox = new Outbox(settings.output, counted, restored, task.takesBytes);
  const scores = settings.scorer && new ScoresAhead(settings.scorer);
  const logic = settings.build(restored, scores?.sentiment);
  const { report } = settings;
  return { task, inputs, outbox, stats, counted, clock, commits, watermarks, logic, scores, report };
}

/** How an attempt ends that has committed, and continues in another thread. */
const BUSY = Symbol('busy');

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
): Promise<UserError | typeof BUSY | undefined> {
  const { stats, clock, ending } = settings;
  const inputs = new MergedInput(task, settings.inputs);
  settings.running.set(task, inputs);
  if (pinned.ends !== undefined) inputs.limit(pinned.ends);
  const work = await restore(task, settings, inputs);
  const { counted } = work;
  const wake = AbortSignal.any([ending.signal, task.revoked]);
  /** Monotonic time of the last commit. */
  let committed = clock.monotonic();
  /** A commit has followed the last record that was read. */
  let isIdle = false;
  const load = new Load(settings.busy?.after);
  let underWay: Promise<void> = Promise.resolve();
  /** `suspect` comes next, and this attempt has not tried it yet. */
  let isNext = false;
  let isTried = suspect === undefined;
  const isEnding = (): boolean => task.revoked.aborted || ending.mode === 'stop';
  const stride = new Stride(settings.pace, task.partition, isEnding);
  const pauseAt = ({ from, offset }: Input): boolean => {
    if (isTried || from !== suspect?.topic || offset < suspect.from) return false;
    isNext = true;
    isTried = true;
    return true;
  };
  try {
    for (;;) {
      if (task.revoked.reason instanceof UserError) return task.revoked.reason;
      if (isEnding()) break;
      if (ending.mode !== undefined && pinned.ends === undefined) {
        pinned.ends = await task.ends();
        inputs.limit(pinned.ends);
      }
      const more = await inputs.fill();
      tellInputsLeft(work, ending.mode);
      const latest = clock.now() + settings.maxAheadMs;
      if (more && (await work.scores?.fill(work, latest, isEnding)) === false) continue;
      let isLong = false;
      if (more) {
        isIdle = false;
        isLong = await stride.pass(() => inputs.nextTime(latest));
        const count = drainInputs(work, latest, pauseAt);
        stats.in += count;
        counted.in += count;
        load.add(count, clock.monotonic());
        settings.report?.();
        // Reading is synchronous; without a turn of the event loop no commit would make progress.
        await new Promise(setImmediate);
      }
      const due = isNext || isLong || clock.monotonic() - committed >= settings.commitEveryMs;
      if (work.logic.isFull) limitHeapGrowth('largeState');
      if (due || isFull(work)) {
        // A commit runs while the next records are processed; it took its data when it started.
        await underWay;
        underWay = checkpoint(work);
        underWay.catch(() => {});
        committed = clock.monotonic();
        stride.committed();
        if (isNext) await underWay;
        isNext = false;
        isIdle = !more;
      }
      if (more && suspect === undefined && load.isHigh) {
        await underWay;
        do await checkpoint(work);
        while (work.logic.isUnfinished);
        return BUSY;
      }
      if (more) continue;
      settings.pace?.leave(task.partition);
      load.caughtUp(clock.monotonic());
      if (pinned.ends !== undefined) {
        await underWay;
        do await checkpoint(work, ending.mode as FinishMode);
        while (work.logic.isUnfinished);
        return undefined;
      }
      const rest = isIdle ? IDLE_MS : Math.max(1, committed + settings.commitEveryMs - clock.monotonic());
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
