import type { Options, Settings } from '../../core/option.ts';
import { InvalidRecord, type NewRecord } from '../../core/stream/record.ts';
import { type Millis, readTime } from '../../core/util/time.ts';
import type { Log, Task } from '../../log/log.ts';
import type { Output, Processor } from '../../processors/processor.ts';
import { MergedInput, type MergedInputSpec } from '../merged-input.ts';
import { actualTopics, prepareTopics } from '../processor-topics.ts';
import type { Reporter } from '../stage.ts';
import { runTasks } from '../tasks.ts';

/** Outputs of one commit. */
const COMMIT_OUTPUTS = 10_000;

export interface ReplaySettings<O extends Options> {
  readonly log: Log;
  readonly processor: Processor<O>;
  readonly settings: Settings<O>;
  readonly app: string;
  /** Declared topic -> the topics used instead. */
  readonly renames: ReadonlyMap<string, readonly string[]>;
  /** Windows within [from, to) are computed again. */
  readonly from: Millis;
  readonly to: Millis;
  readonly reporter: Reporter;
}

/** Counts of a replay. */
export interface ReplayStats {
  /** Input records read. */
  in: number;
  /** Rows written: new windows, and revisions of those that have changed. */
  out: number;
  /** Windows whose newest row is right. */
  unchanged: number;
  /** Windows of which inputs are no longer in the topics. */
  expired: number;
  /** Windows that the processor itself has yet to close. */
  open: number;
}

/** The fields of an output that a replay needs. */
interface Row {
  readonly window: string;
  readonly window_start: string;
  readonly revision: number;
  readonly final: boolean;
  readonly samples: number;
}

/** The newest row of each key, and the newest window of each series. */
interface Known {
  readonly rows: ReadonlyMap<string, Row>;
  readonly newest: ReadonlyMap<string, string>;
}

/** A key without the start of its window. */
const seriesOf = (key: string): string => key.slice(0, key.lastIndexOf('|'));

async function readKnown(log: Log, topic: string, from: Millis, to: Millis): Promise<Known> {
  const rows = new Map<string, Row>();
  const newest = new Map<string, string>();
  for (const { partition, start, end } of (await log.describe(topic))?.partitionInfos ?? [])
    for await (const { records, next } of log.read(topic, partition, start)) {
      for (const { key, value } of records) {
        if (key === null || value === null) continue;
        const row = JSON.parse(value) as Row;
        const series = seriesOf(key);
        if (row.final && row.window_start > (newest.get(series) ?? '')) newest.set(series, row.window_start);
        const time = readTime(row.window_start);
        if (time >= from && time < to) rows.set(key, row);
      }
      if (next >= end) break;
    }
  return { rows, newest };
}

/** Computes windows again from the records that their topics still have, and emits what differs as new revisions. */
export async function replay<O extends Options>(given: ReplaySettings<O>): Promise<ReplayStats> {
  const { log, processor, app, renames, from, to } = given;
  const { inputs, output: topic } = actualTopics(processor, renames);
  const stats: ReplayStats = { in: 0, out: 0, unchanged: 0, expired: 0, open: 0 };
  await prepareTopics(log, {
    inputs,
    output: { topic: processor.output.topic, actual: topic },
    decisions: undefined,
    singlePartitionFlag: undefined,
  });
  const known = await readKnown(log, topic, from, to);
  const spec = {
    group: `${app}.${processor.name}-replay`,
    inputs: inputs.map((input) => input.actual),
    exclusive: true,
  };
  const run = async (task: Task): Promise<undefined> => {
    const hasExpired = await seekToStart(log, task, inputs);
    const { outputs, offsets } = await compute(task, inputs, given, stats);
    const records = [...outputs.values()].flatMap((output) => {
      const value = revised(output, known, hasExpired, stats);
      if (value === undefined) return [];
      const { key, partitionKey } = output;
      const headers = { schema: processor.output.schema };
      return [{ topic, partitionKey, key, value: JSON.stringify(value), headers } satisfies NewRecord];
    });
    for (let at = 0; at < records.length; at += COMMIT_OUTPUTS)
      await task.commit({ outputs: records.slice(at, at + COMMIT_OUTPUTS), offsets, state: [] });
    stats.out += records.length;
  };
  const runner = await runTasks(log, spec, given.reporter, run);
  await runner.end('finish');
  return stats;
}

/** Moves a task to the beginning of its inputs. True if records have been deleted from one that is not compacted. */
async function seekToStart(log: Log, task: Task, inputs: readonly MergedInputSpec[]): Promise<boolean> {
  let hasExpired = false;
  for (const { actual } of inputs) {
    const details = await log.describe(actual);
    const info = details?.partitionInfos.find(({ partition }) => partition === task.partition);
    task.seek(actual, info?.start ?? 0);
    if ((info?.start ?? 0) > 0 && details?.compacted !== true) hasExpired = true;
  }
  return hasExpired;
}

/** The windows of one task, by key. */
async function compute<O extends Options>(
  task: Task,
  inputs: readonly MergedInputSpec[],
  { processor, settings, from, to }: ReplaySettings<O>,
  stats: ReplayStats,
): Promise<{ outputs: ReadonlyMap<string, Output>; offsets: ReadonlyMap<string, number> }> {
  const outputs = new Map<string, Output>();
  const out = {
    emit: (output: Output) => void outputs.set(output.key, output),
    late: () => {},
    drop: () => {},
  };
  const logic = processor.replay!(settings, from, to);
  const merged = new MergedInput(task, inputs);
  merged.limit(await task.ends());
  while (await merged.fill()) {
    stats.in += merged.drain(
      (input) => {
        try {
          logic.accept(input, out);
        } catch (error) {
          // It is in topic `rejects` since the processor read it.
          if (!(error instanceof InvalidRecord)) throw error;
        }
      },
      () => {},
    );
    await new Promise(setImmediate);
  }
  logic.finish?.('all', to, out);
  return { outputs, offsets: merged.offsets() };
}

/** The row to write for a window computed again; undefined if there is nothing to say. */
function revised(
  { key, value }: Output,
  { rows, newest }: Known,
  hasExpired: boolean,
  stats: ReplayStats,
): object | undefined {
  const row = value as Row;
  const old = rows.get(key);
  if (old === undefined) {
    if (row.final && row.window_start < (newest.get(seriesOf(key)) ?? '9')) return { ...row, revision: 1 };
    stats.open += 1;
    return undefined;
  }
  const next = { ...row, revision: old.revision, final: old.final };
  if (!old.final) stats.open += 1;
  else if (JSON.stringify(next) === JSON.stringify(old)) stats.unchanged += 1;
  else if (hasExpired && row.samples < old.samples) stats.expired += 1;
  else return { ...next, revision: old.revision + 1 };
  return undefined;
}
