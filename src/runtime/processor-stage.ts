import type { Options, Settings } from '../core/option.ts';
import type { Restored } from '../core/stream/keyed-state.ts';
import type { Clock } from '../core/util/clock.ts';
import { deferredRejection } from '../core/util/deferred-rejection.ts';
import type { Millis } from '../core/util/time.ts';
import type { Log } from '../log/log.ts';
import type { Processor } from '../processors/processor.ts';
import { loadDependencies } from './dependencies.ts';
import { runTask, type TaskSettings } from './processor-task.ts';
import { actualTopics, prepareTopics } from './processor-topics.ts';
import { newStats, type Reporter, type Stage } from './stage.ts';
import { runTasks, type TaskRunner } from './tasks.ts';

export interface ProcessorStageSettings<O extends Options> {
  readonly log: Log;
  readonly processor: Processor<O>;
  readonly settings: Settings<O>;
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
}

/** Runs a processor on all tasks of its group that are assigned to this process. */
export function processorStage<O extends Options>(given: ProcessorStageSettings<O>): Stage {
  const { log, processor, renames, app, clock, reporter } = given;
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
  const ended = new AbortController();
  const ending: TaskSettings['ending'] = { mode: undefined, signal: ended.signal };
  let runner: TaskRunner | undefined;
  const { failed, fail } = deferredRejection();

  async function end(mode: 'clock' | 'all' | 'stop'): Promise<void> {
    ending.mode = mode;
    ended.abort();
    await runner?.end(mode === 'stop' ? 'stop' : 'finish');
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

  return {
    stats,
    failed,
    prepare,
    async start() {
      await prepare();
      const dependencies = await loadDependencies(
        processor.dependencies?.(given.settings, output.topic) ?? [],
      );
      const spec = {
        group: `${app}.${processor.name}`,
        inputs: inputs.map((input) => input.actual),
        exclusive: given.exclusive,
      };
      const build = (restored: Restored) => processor.build(given.settings, restored, dependencies);
      const settings: TaskSettings = {
        inputs,
        output,
        build,
        commitEveryMs: given.commitEveryMs,
        maxAheadMs: given.maxAheadMs ?? Number.POSITIVE_INFINITY,
        clock,
        stats,
        warn: reporter.warn,
        inTurn: given.inTurn,
        ending,
      };
      runner = await runTasks(log, spec, reporter, (task) => runTask(task, settings));
      runner.failed.catch(fail);
    },
    finish: (mode) => end(mode),
    stop: () => end('stop'),
  };
}
