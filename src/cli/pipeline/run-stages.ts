import { UserError } from '../../core/errors.ts';
import { aborted } from '../../core/util/aborted.ts';
import type { Clock } from '../../core/util/clock.ts';
import { formatSpan, type Millis } from '../../core/util/time.ts';
import { withTimeout } from '../../core/util/timeout.ts';
import type { Reporter, Stage, StageStats } from '../../runtime/stage.ts';

/** What driving stages needs of its surroundings. */
export interface RunOptions {
  readonly clock: Clock;
  readonly reporter: Reporter;
  /** Aborted when the user asks to stop. */
  readonly stop: AbortSignal;
  /** How long stages have to commit and leave. */
  readonly drainMs: Millis;
}

/** How often progress is looked at under --once. */
const LOOK_MS = 1000;

const userStop = (signal: AbortSignal) => aborted(signal).then((): 'stopped' => 'stopped');

/** Rejects with the first failure of any stage. */
function firstFailure(stages: readonly Stage[]): Promise<never> {
  const failure = Promise.race([new Promise<never>(() => undefined), ...stages.map((stage) => stage.failed)]);
  failure.catch(() => undefined);
  return failure;
}

/** Asks all stages to commit and leave. Throws the first error, or Problem `failed` when time runs out. */
async function drain(stages: readonly Stage[], { clock, drainMs }: RunOptions): Promise<void> {
  const stops = Promise.allSettled(stages.map((stage) => stage.stop()));
  const outcome = await withTimeout(clock, drainMs, stops, (): never => {
    throw new UserError(
      'failed',
      `not drained within ${formatSpan(drainMs)}: what was not committed is read again next time`,
      'Give it longer with --drain.',
    );
  });
  for (const result of outcome) if (result.status === 'rejected') throw result.reason;
}

/** After a failure the others leave in order; trouble on the way is said, the failure stays the answer. */
async function leaveAfter(failure: unknown, stages: readonly Stage[], drive: RunOptions): Promise<never> {
  await drain(stages, drive).catch((error: unknown) => {
    if (error !== failure) drive.reporter.warn(error instanceof Error ? error.message : String(error));
  });
  throw failure;
}

/** All at once: each waits for others' processes to make room. When one fails, those that have started leave again. */
async function startAll(stages: readonly Stage[], drive: RunOptions): Promise<void> {
  for (const stage of stages) await stage.prepare?.();
  const started: Stage[] = [];
  const outcomes = await Promise.allSettled(
    stages.map(async (stage) => {
      await stage.start();
      started.push(stage);
    }),
  );
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') await leaveAfter(outcome.reason, started, drive);
}

/** Starts all; `stopped` when the user asked to stop meanwhile, and they have had the time to drain to get that far. */
async function started(stages: readonly Stage[], drive: RunOptions, stopped: Promise<'stopped'>) {
  const starting = startAll(stages, drive).then((): 'started' => 'started');
  const first = await Promise.race([starting, stopped]);
  if (first === 'started') return first;
  await withTimeout(drive.clock, drive.drainMs, starting, () => {});
  return first;
}

const progress = ({ in: read, out, late, rejected, files, lag }: StageStats): string =>
  [read, out, late, rejected, files, lag].join();

/** Rejects when a stage has got nowhere for `maxWaitMs`: whatever it waits for does not answer. */
async function stalled(stage: Stage, maxWaitMs: Millis, clock: Clock, done: AbortSignal): Promise<never> {
  let last = progress(stage.stats);
  let since = clock.monotonic();
  for (;;) {
    await clock.sleep(Math.min(LOOK_MS, maxWaitMs), done);
    if (done.aborted) return new Promise(() => undefined);
    const current = progress(stage.stats);
    if (current !== last) since = clock.monotonic();
    else if (clock.monotonic() - since >= maxWaitMs)
      throw new UserError(
        'unavailable',
        `${stage.stats.stage}: no progress for ${formatSpan(maxWaitMs)}${stage.stats.note === undefined ? '' : ` (${stage.stats.note})`}`,
        'Run it again later: it goes on where it stopped. Or wait longer with --max-wait.',
      );
    last = current;
  }
}

async function finish(
  stage: Stage,
  mode: 'clock' | 'all',
  maxWaitMs: Millis,
  drive: RunOptions,
): Promise<'finished'> {
  const done = new AbortController();
  const finished = stage.finish(mode).then((): 'finished' => 'finished');
  finished.catch(() => undefined);
  try {
    return await Promise.race([finished, stalled(stage, maxWaitMs, drive.clock, done.signal)]);
  } finally {
    done.abort();
  }
}

/**
 * One-shot: all stages take their place first, so that a second run meets the lock at once; then each is finished
 * in its turn, so that what it wrote is within the pinned end of those after it. Returns `stopped` when the user
 * ended it early; then all were drained.
 */
export async function runStagesOnce(
  stages: readonly Stage[],
  mode: 'clock' | 'all',
  maxWaitMs: Millis,
  drive: RunOptions,
): Promise<'finished' | 'stopped'> {
  const failure = firstFailure(stages);
  const stopped = userStop(drive.stop);
  if ((await started(stages, drive, stopped)) === 'stopped') {
    await drain(stages, drive);
    return 'stopped';
  }
  for (const [index, stage] of stages.entries()) {
    const left = stages.slice(index);
    const work = finish(stage, mode, stage.patient ? Number.POSITIVE_INFINITY : maxWaitMs, drive);
    work.catch(() => undefined);
    try {
      if ((await Promise.race([work, failure, stopped])) === 'finished') continue;
    } catch (error) {
      return leaveAfter(error, left, drive);
    }
    await drain(left, drive);
    return 'stopped';
  }
  return 'finished';
}

/** Continuous: until the user stops it, a stage fails, or `ended` resolves; then all are drained. */
export async function runStages(
  stages: readonly Stage[],
  drive: RunOptions,
  ended?: Promise<unknown>,
): Promise<void> {
  // Its failure is a stage's own.
  ended?.catch(() => undefined);
  const failure = firstFailure(stages);
  const stopped = userStop(drive.stop);
  const outcome = await started(stages, drive, stopped);
  try {
    if (outcome === 'started') await Promise.race([failure, stopped, ...(ended ? [ended] : [])]);
  } catch (error) {
    await leaveAfter(error, stages, drive);
  }
  await drain(stages, drive);
}
