import type { Options, Settings } from '../../core/option.ts';
import type { Millis } from '../../core/util/time.ts';
import type { Log } from '../../log/log.ts';
import { datasetOf } from '../../market/catalog/dataset-of.ts';
import type { Processor } from '../../processors/processor.ts';
import type { StageScorer } from '../../runtime/input/scores-ahead.ts';
import { processorStage } from '../../runtime/processor-stage.ts';
import { sinkStage } from '../../runtime/sink-stage.ts';
import type { Reporter, Stage } from '../../runtime/stage.ts';
import type { Sink } from '../../sinks/sink.ts';
import type { Component } from '../args/command.ts';
import { readNamedFiles } from '../args/read-text.ts';
import type { Renames } from '../args/renames.ts';
import type { Io } from '../process/io.ts';
import { scoreCommand } from '../process/score-command.ts';
import { secretOf } from '../process/secrets.ts';

/** Lists a registry's entries as components. The registry is an object because that keeps each entry's settings type. */
export const componentsOf = (
  kind: Component['kind'],
  registry: Readonly<Record<string, Omit<Component, 'kind'>>>,
): readonly Component[] =>
  Object.values(registry).map(({ name, summary, options, examples }) => ({
    kind,
    name,
    summary,
    options,
    examples,
  }));

interface StageContext {
  readonly log: Log;
  readonly io: Io;
  readonly reporter: Reporter;
  readonly app: string;
  readonly exclusive: boolean;
}

export interface ProcessorPlan {
  readonly processors: readonly Processor[];
  readonly renames: ReadonlyMap<string, Renames>;
  readonly commitEveryMs: number;
  readonly maxAheadMs: number;
  readonly settingsOf: (options: Options) => Settings<Options>;
  /** One-shot: each processor runs after those before it; false: concurrently. */
  readonly inTurn: boolean;
  /** Threads for busy tasks; undefined: one for each core. */
  readonly workers: number | undefined;
}

export function processorStages(
  plan: ProcessorPlan,
  { log, io, reporter, app, exclusive }: StageContext,
): Stage[] {
  const workers = io.workers?.(plan.workers);
  return plan.processors.map((processor) =>
    processorStage({
      log,
      processor,
      settings: plan.settingsOf(processor.options),
      files: readNamedFiles(processor.files?.(plan.settingsOf(processor.options)) ?? []),
      app,
      renames: plan.renames.get(processor.name) ?? new Map(),
      exclusive,
      inTurn: plan.inTurn || (exclusive && processor.inTurn === true),
      commitEveryMs: plan.commitEveryMs,
      maxAheadMs: plan.maxAheadMs,
      clock: io.clock,
      reporter,
      workers,
      scorer: scorerOf(processor, plan, io, reporter),
    }),
  );
}

function scorerOf(
  processor: Processor,
  { settingsOf }: ProcessorPlan,
  { clock }: Io,
  { warn }: Reporter,
): StageScorer | undefined {
  const command = processor.sentimentCommand?.(settingsOf(processor.options));
  return command === undefined ? undefined : scoreCommand(command, { clock, warn });
}

/** For tests: `SIGKILL 3` kills the process at step 3 of a flush; `SIGSTOP 3 7` freezes it there the seventh time. */
function signalAt(text: string | undefined): (step: number) => void {
  if (text === undefined) return () => {};
  const [signal, step, times = '1'] = text.split(' ');
  let left = Number(times);
  return (now) => {
    if (now === Number(step) && --left === 0) process.kill(process.pid, signal);
  };
}

/** A topic that a sink reads, and the dataset of a topic with a custom name. */
export interface SinkTopic {
  readonly topic: string;
  readonly dataset: string | undefined;
}

export interface SinkPlan {
  readonly sink: Sink;
  readonly settings: Settings<Options>;
  readonly topics: readonly SinkTopic[];
  readonly group: string | undefined;
  /** How long to wait for the destination. */
  readonly maxWaitMs: Millis;
}

/** One stage per topic. Throws UserError `usage` for a topic with unknown columns. */
export function sinkStages(plan: SinkPlan, { log, io, reporter, app, exclusive }: StageContext): Stage[] {
  return plan.topics.map(({ topic, dataset }) =>
    sinkStage({
      log,
      sink: plan.sink,
      settings: plan.settings,
      topic,
      dataset: datasetOf(topic, dataset),
      group: plan.group ?? `${app}.${plan.sink.name}`,
      exclusive,
      clock: io.clock,
      reporter,
      maxWaitMs: plan.maxWaitMs,
      secret: (name) => secretOf(name, io.env),
      host: {
        output: {
          print: async (lines, raw) => io.out(`${lines}\n`, raw),
          width: io.outIsTerminal ? io.width : undefined,
        },
        openSinks: plan.topics.length,
        onFlushStep: signalAt(io.env.CRYPTOPIPE_TEST_SIGNAL_AT),
      },
    }),
  );
}
