import type { Options, Settings } from '../../core/option.ts';
import { InvalidRecord, type NewRecord } from '../../core/stream/record.ts';
import type { Json } from '../../core/util/json.ts';
import { type Millis, readTime } from '../../core/util/time.ts';
import type { Log, Task } from '../../log/log.ts';
import type { Output, Processor, ReplayRules } from '../../processors/processor.ts';
import { MergedInput } from '../input/merged-input.ts';
import type { MergedInputSpec } from '../input/parse-record.ts';
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
  /** What is about [from, to) is computed again. */
  readonly from: Millis;
  readonly to: Millis;
  readonly reporter: Reporter;
}

type Rules = Omit<ReplayRules<Options>, 'build'>;

/** Counts of a replay. */
export interface ReplayStats {
  /** Input records read. */
  in: number;
  /** Rows written: new ones, and revisions of those that have changed. */
  out: number;
  /** Rows that are right. */
  unchanged: number;
  /** Rows of which inputs, or which themselves, may no longer be in the topics. */
  expired: number;
  /** Rows that the processor itself has yet to write. */
  open: number;
}

/** What the output's topic has. */
interface Known {
  /** The newest row of each id, within the span. */
  readonly rows: ReadonlyMap<string, Json>;
  /** The oldest and the newest time of each series. */
  readonly spans: ReadonlyMap<string, readonly [oldest: Millis, newest: Millis]>;
  /** Rows have been deleted, so that one that is not there may have been. */
  readonly hasExpired: boolean;
}

const timeOf = (value: Json, { timeField }: Rules): Millis => readTime(String(value[timeField]));

async function readKnown(log: Log, topic: string, rules: Rules, from: Millis, to: Millis): Promise<Known> {
  const rows = new Map<string, Json>();
  const spans = new Map<string, readonly [Millis, Millis]>();
  const details = await log.describe(topic);
  for (const { partition, start, end } of details?.partitionInfos ?? [])
    for await (const { records, next } of log.read(topic, partition, start)) {
      for (const { key, value } of records) {
        if (key === null || value === null) continue;
        const row = JSON.parse(value) as Json;
        const time = timeOf(row, rules);
        const series = rules.seriesOf?.(key, row);
        if (series !== undefined && rules.isOpen?.(row) !== true) {
          const [oldest, newest] = spans.get(series) ?? [time, time];
          spans.set(series, [Math.min(oldest, time), Math.max(newest, time)]);
        }
        if (time >= from && time < to) rows.set(rules.idOf(key, row), row);
      }
      if (next >= end) break;
    }
  const isCut = details?.partitionInfos.some(({ start }) => start > 0) === true;
  return { rows, spans, hasExpired: isCut && details?.compacted !== true };
}

/** Computes rows again from the records that their topics still have, and emits what differs as new revisions. */
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
  const rules: Rules = processor.replay!;
  const known = await readKnown(log, topic, rules, from, to);
  const spec = {
    group: `${app}.${processor.name}-replay`,
    inputs: inputs.map((input) => input.actual),
    exclusive: true,
  };
  const run = async (task: Task): Promise<undefined> => {
    const hasExpired = await seekToStart(log, task, inputs);
    const { outputs, offsets } = await compute(task, inputs, given, stats);
    const records = [...outputs.values()].flatMap((output) => {
      const value = revised(output, rules, known, hasExpired, stats);
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

/** The rows of one task, by id. */
async function compute<O extends Options>(
  task: Task,
  inputs: readonly MergedInputSpec[],
  { processor, settings, from, to }: ReplaySettings<O>,
  stats: ReplayStats,
): Promise<{ outputs: ReadonlyMap<string, Output>; offsets: ReadonlyMap<string, number> }> {
  const outputs = new Map<string, Output>();
  const { build, idOf } = processor.replay!;
  const out = {
    emit: (output: Output) => {
      // A tombstone has been written since the processor read it.
      if (output.value !== null) outputs.set(idOf(output.key, output.value as Json), output);
    },
    late: () => {},
    drop: () => {},
  };
  const logic = build(settings, from, to);
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
  while (logic.isUnfinished === true) {
    // Makes room for the next step; nothing of it is stored.
    void [...logic.changes()];
    logic.finish?.('all', to, out);
  }
  return { outputs, offsets: merged.offsets() };
}

/** The row to write for one that was computed again; undefined if there is nothing to say. */
function revised(
  { key, value }: Output,
  rules: Rules,
  known: Known,
  hasExpired: boolean,
  stats: ReplayStats,
): object | undefined {
  const row = value as Json;
  const old = known.rows.get(rules.idOf(key, row));
  if (old === undefined) return added(key, row, rules, known, stats);
  const expired = hasExpired ? (rules.keptIfExpired ?? []) : [];
  const kept = ['revision', ...rules.kept, ...expired].map((field) => [field, old[field]]);
  const isLater = (field: string) => String(old[field]) > String(row[field]);
  const times = (rules.latest ?? []).filter(isLater).map((field) => [field, old[field]]);
  const next = { ...row, ...Object.fromEntries([...kept, ...times]) };
  if (rules.isOpen?.(old) === true) stats.open += 1;
  else if (JSON.stringify(next) === JSON.stringify(old)) stats.unchanged += 1;
  else if (hasExpired && rules.isLess(row, old)) stats.expired += 1;
  else return 'revision' in row ? { ...next, revision: Number(old.revision ?? 1) + 1 } : next;
  return undefined;
}

/** A row that is not there, if its series has gone on beyond it; one without any rows has as far as rows say themselves. */
function added(key: string, row: Json, rules: Rules, known: Known, stats: ReplayStats): object | undefined {
  const series = rules.seriesOf?.(key, row);
  const span = series === undefined ? undefined : known.spans.get(series);
  const time = timeOf(row, rules);
  const isPassed = span === undefined ? series !== undefined && rules.isOpen !== undefined : time < span[1];
  if (!isPassed || rules.isOpen?.(row) === true) stats.open += 1;
  else if (known.hasExpired && span !== undefined && time < span[0]) stats.expired += 1;
  else return row;
  return undefined;
}
