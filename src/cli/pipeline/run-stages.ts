import { UserError } from '../../core/errors.ts';
import { aborted } from '../../core/util/aborted.ts';
import type { Clock } from '../../core/util/clock.ts';
import { formatSpan, type Millis } from '../../core/util/time.ts';
import { withTimeout } from '../../core/util/timeout.ts';
import type { FinishMode, Reporter, Stage, StageStats } from '../../runtime/stage.ts';

/** What running stages requires. */
export interface RunOptions {
  readonly clock: Clock;
  readonly reporter: Reporter;
  /** Aborted when the user asks to stop. */
  readonly stop: AbortSignal;
  /** How long stages may take to commit and stop. */
  readonly drainMs: Millis;
}

/** How often a one-shot run checks for progress. */
const PROGRESS_CHECK_MS = 1000;

const userStop = (signal: AbortSignal) => aborted(signal).then((): 'stopped' => 'stopped');

/** Rejects with the first failure of any stage. */
function firstFailure(stages: readonly Stage[]): Promise<never> {
  const failure = Promise.race([new Promise<never>(() => undefined), ...stages.map((stage) => stage.failed)]);
  failure.catch(() => undefined);
  return failure;
}

/** Stops all stages after a last commit. Throws the first error, or UserError `failed` on timeout. */
async function drain(stages: readonly Stage[], { clock, drainMs }: RunOptions): Promise<void> {
  const stops = Promise.allSettled(stages.map((stage) => stage.stop()));
  const outcome = await withTimeout(clock, drainMs, stops, (): never => {
    throw new UserError(
      'failed',
      `stages did not stop within ${formatSpan(drainMs)}; the next run rereads what was not committed`,
      'Allow more time with --drain.',
    );
  });
  for (const result of outcome) if (result.status === 'rejected') throw result.reason;
}

/** Stops the other stages after a failure. Logs their errors and throws the failure. */
async function stopAfter(failure: unknown, stages: readonly Stage[], options: RunOptions): Promise<never> {
  await drain(stages, options).catch((error: unknown) => {
    if (error !== failure) options.reporter.warn(error instanceof Error ? error.message : String(error));
  });
  throw failure;
}

/**
 * Starts all stages concurrently: each may wait for other processes to release partitions. If one fails, stops those that
 * have started.
 */
async function startAll(stages: readonly Stage[], options: RunOptions): Promise<void> {
  for (const stage of stages) await stage.prepare?.();
  const started: Stage[] = [];
  const outcomes = await Promise.allSettled(
    stages.map(async (stage) => {
      await stage.start();
      started.push(stage);
    }),
  );
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') await stopAfter(outcome.reason, started, options);
}

/** Starts all stages. Returns `stopped` if the user stops meanwhile; the stages then get the drain time to finish starting. */
async function startUnlessStopped(
  stages: readonly Stage[],
  options: RunOptions,
  stopped: Promise<'stopped'>,
) {
  const starting = startAll(stages, options).then((): 'started' => 'started');
  const first = await Promise.race([starting, stopped]);
  if (first === 'started') return first;
  await withTimeout(options.clock, options.drainMs, starting, () => {});
  return first;
}

const progress = ({ in: read, out, late, rejected, files }: StageStats): string =>
  [read, out, late, rejected, files].join();

/** Rejects if a stage makes no progress for `maxWaitMs`: whatever it waits for does not respond. */
async function rejectIfStalled(
  stage: Stage,
  maxWaitMs: Millis,
  clock: Clock,
  done: AbortSignal,
): Promise<never> {
  let last = progress(stage.stats);
  let since = clock.monotonic();
  for (;;) {
    await clock.sleep(Math.min(PROGRESS_CHECK_MS, maxWaitMs), done);
    if (done.aborted) return new Promise(() => undefined);
    const current = progress(stage.stats);
    if (current !== last) since = clock.monotonic();
    else if (clock.monotonic() - since >= maxWaitMs)
      throw new UserError(
        'unavailable',
        `${stage.stats.stage}: no progress for ${formatSpan(maxWaitMs)}${stage.stats.note === undefined ? '' : ` (${stage.stats.note})`}`,
        'Run the command again later; it resumes where it stopped. Or wait longer with --max-wait.',
      );
    last = current;
  }
}

async function finish(
  stage: Stage,
  mode: FinishMode,
  maxWaitMs: Millis,
  options: RunOptions,
): Promise<'finished'> {
  const done = new AbortController();
  const finished = stage.finish(mode).then((): 'finished' => 'finished');
  finished.catch(() => undefined);
  try {
    return await Promise.race([finished, rejectIfStalled(stage, maxWaitMs, options.clock, done.signal)]);
  } finally {
    done.abort();
  }
}

/**
 * One-shot run. Starts all stages first, so that a second run meets the lock at once; then finishes them in order, so that
 * each stage's output is within the pinned end of the stages after it. Returns `stopped`, after draining, if the user
 * stopped it early.
 */
export async function runStagesOnce(
  stages: readonly Stage[],
  mode: 'clock' | 'all',
  maxWaitMs: Millis,
  options: RunOptions,
): Promise<'finished' | 'stopped'> {
  const failure = firstFailure(stages);
  const stopped = userStop(options.stop);
  if ((await startUnlessStopped(stages, options, stopped)) === 'stopped') {
    await drain(stages, options);
    return 'stopped';
  }
  for (const [index, stage] of stages.entries()) {
    const left = stages.slice(index);
    const isBehind = stages.slice(0, index).some((earlier) => earlier.isBehind);
    const ending = mode === 'clock' && isBehind ? 'open' : mode;
    const work = finish(stage, ending, stage.ignoresMaxWait ? Number.POSITIVE_INFINITY : maxWaitMs, options);
    work.catch(() => undefined);
    try {
      if ((await Promise.race([work, failure, stopped])) === 'finished') continue;
    } catch (error) {
      return stopAfter(error, left, options);
    }
    await drain(left, options);
    return 'stopped';
  }
  return 'finished';
}

/** Continuous run: until the user stops it, a stage fails, or `ended` resolves; then drains all stages. */
export async function runStages(
  stages: readonly Stage[],
  options: RunOptions,
  ended?: Promise<unknown>,
): Promise<void> {
  // The failing stage reports this error itself.
  ended?.catch(() => undefined);
  const failure = firstFailure(stages);
  const stopped = userStop(options.stop);
  const outcome = await startUnlessStopped(stages, options, stopped);
  try {
    if (outcome === 'started') await Promise.race([failure, stopped, ...(ended ? [ended] : [])]);
  } catch (error) {
    await stopAfter(error, stages, options);
  }
  await drain(stages, options);
}
