import type { Options, Settings } from '../core/option.ts';
import type { Clock } from '../core/util/clock.ts';
import { deferredRejection } from '../core/util/deferred-rejection.ts';
import type { Millis } from '../core/util/time.ts';
import type { Log } from '../log/log.ts';
import type { Processor } from '../processors/processor.ts';
import { loadDependencies } from './dependencies.ts';
import type { StageScorer } from './input/scores-ahead.ts';
import { type MoveTask, runTask, type TaskSettings } from './processor-task.ts';
import { actualTopics, prepareTopics } from './processor-topics.ts';
import { CommitTimer } from './progress/commit-timer.ts';
import { lagByTopic } from './progress/lag.ts';
import { sharedPace } from './progress/pace.ts';
import { type FinishMode, newStats, type Reporter, type Stage } from './stage.ts';
import { StageEnding } from './stage-ending.ts';
import { runTasks, type TaskRunner } from './tasks.ts';
import { runRemote, type TaskWorkers } from './workers/remote-task.ts';

export interface ProcessorStageSettings<O extends Options> {
  readonly log: Log;
  readonly processor: Processor<O>;
  readonly settings: Settings<O>;
  /** The texts of the files that the settings name, by flag. */
  readonly files?: ReadonlyMap<string, string>;
  /** Prefix of groups, which name positions and state: `<app>.<processor>`. */
  readonly app: string;
  /** Declared topic -> the topics used instead: for an input one or more, which are merged; for the output one. */
  readonly renames: ReadonlyMap<string, readonly string[]>;
  /** A one-shot run: shares its tasks with no other process. */
  readonly exclusive: boolean;
  /** Reads nothing before `finish`, when the stages before it in the chain are done. */
  readonly inTurn: boolean;
  readonly commitEveryMs: Millis;
  /** Records whose event time is further ahead of the clock go to `rejects`; undefined: no limit. */
  readonly maxAheadMs?: Millis;
  readonly clock: Clock;
  readonly reporter: Reporter;
  /** Runs busy tasks in other threads; absent: all in this one. */
  readonly workers?: TaskWorkers | undefined;
  /** Scores the texts of the processor's records; all tasks then run in this thread. The stage closes it. */
  readonly scorer?: StageScorer | undefined;
}

/** Runs a processor on all tasks of its group that are assigned to this process. */
export function processorStage<O extends Options>(given: ProcessorStageSettings<O>): Stage {
  const { log, processor, files = new Map(), renames, app, clock, reporter } = given;
  const stats = newStats(processor.name);
  const { inputs, output: topic } = actualTopics(processor, renames);
  const warned = new Set<string>();
  const output = {
    topic,
    schema: processor.output.schema,
    decisions: processor.decisions?.(given.settings),
    warn: (text: string) => {
      if (warned.has(text)) return;
      warned.add(text);
      reporter.warn(`${processor.name}: ${text}`);
    },
  };
  const ending = new StageEnding();
  const commits = new CommitTimer(clock);
  const running: TaskSettings['running'] = new Map();
  let runner: TaskRunner | undefined;
  let settings: TaskSettings | undefined;
  const { failed, fail } = deferredRejection();

  async function end(mode: FinishMode | 'stop'): Promise<void> {
    ending.end(mode);
    if (mode === 'stop') given.scorer?.close();
    await runner?.end(mode === 'stop' ? 'stop' : 'finish');
    given.scorer?.close();
    if (mode !== 'stop') stats.lag = {};
  }

  let prepared: Promise<void> | undefined;
  const prepare = (): Promise<void> => {
    prepared ??= prepareTopics(log, {
      inputs,
      output: { topic: processor.output.topic, actual: output.topic },
      decisions: output.decisions?.topic,
      singlePartitionFlag: processor.singlePartitionFlag?.(given.settings),
    });
    return prepared;
  };

  /** The settings are copied to the worker, which builds the processor's logic itself. */
  const mover =
    (workers: TaskWorkers): MoveTask =>
    (task, positions, ends) =>
      runRemote(
        task,
        settings!,
        {
          processor: processor.name,
          settings: given.settings,
          files,
          renames,
          commitEveryMs: given.commitEveryMs,
          maxAheadMs: given.maxAheadMs ?? Number.POSITIVE_INFINITY,
          group: task.group,
          isPaced: settings!.pace !== undefined,
          partition: task.partition,
          takesBytes: task.takesBytes === true,
          positions,
          ending: ending.mode,
          ends,
        },
        workers,
      );

  return {
    stats,
    failed,
    commits,
    get isReady() {
      return runner?.isReady === true;
    },
    async refresh() {
      stats.lag = await lagByTopic([...running].map(([task, inputs]) => ({ task, next: inputs.offsets() })));
    },
    prepare,
    async start() {
      for (const text of processor.warnings?.(given.settings) ?? []) output.warn(text);
      await prepare();
      const dependencies = await loadDependencies(
        processor.dependencies?.(given.settings, output.topic) ?? [],
      );
      const spec = {
        group: `${app}.${processor.name}`,
        inputs: inputs.map((input) => input.actual),
        exclusive: given.exclusive,
      };
      const build: TaskSettings['build'] = (restored, sentiment) =>
        processor.build(given.settings, restored, {
          ...dependencies,
          files,
          ...(sentiment && { sentiment }),
        });
      const taskSettings: TaskSettings = {
        inputs,
        output,
        build,
        commitEveryMs: given.commitEveryMs,
        maxAheadMs: given.maxAheadMs ?? Number.POSITIVE_INFINITY,
        clock,
        stats,
        commits,
        watermarks: new Map(),
        running,
        warn: reporter.warn,
        inTurn: given.inTurn,
        ending,
        pace: processor.inStep === true ? sharedPace(clock) : undefined,
        scorer: given.scorer,
        ...(given.workers !== undefined &&
          given.scorer === undefined && {
            busy: { after: given.workers.busyAfter, move: mover(given.workers) },
          }),
      };
      settings = taskSettings;
      runner = await runTasks(log, spec, reporter, (task) => runTask(task, taskSettings));
      runner.failed.catch(fail);
    },
    finish: (mode) => end(mode),
    stop: () => end('stop'),
  };
}
