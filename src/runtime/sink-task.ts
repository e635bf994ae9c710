import { UserError } from '../core/errors.ts';
import type { Batch } from '../core/stream/record.ts';
import type { Clock } from '../core/util/clock.ts';
import type { Millis } from '../core/util/time.ts';
import { type Log, type Task, topicRecreatedError } from '../log/log.ts';
import type { OpenSink } from '../sinks/sink.ts';
import { asFailure, FailedAttempts, isDamage, RecordFailure } from './record-failure.ts';
import type { Reporter, StageStats } from './stage.ts';

/** Bytes read from one partition at once. */
const READ_BYTES = 1 << 20;
/** How often an idle task checks whether the sink is due to flush. */
const IDLE_MS: Millis = 250;

/** What the tasks of one sink share. */
export interface SinkWork {
  readonly log: Log;
  readonly topic: string;
  /** Identity of the topic when the sink was opened, to detect a recreated topic. */
  readonly identity: string | undefined;
  readonly open: OpenSink;
  readonly stats: StageStats;
  readonly info: Reporter['info'];
  readonly warn: Reporter['warn'];
  readonly clock: Clock;
  /** Running tasks, with the next offset to pass to the sink. */
  readonly tasks: Map<Task, number>;
  /** Set to end the stage: `stop` at once, `finish` at the current end offsets. */
  readonly ending: { mode: 'finish' | 'stop' | undefined; readonly signal: AbortSignal };
  /** Serializes calls of the sink. */
  readonly inTurn: <T>(step: () => Promise<T>) => Promise<T>;
  /** Call it inside `inTurn`. */
  readonly flush: () => Promise<void>;
  /** Call it outside `inTurn`: resolves when all tasks have reached their ends and a flush has made that durable. */
  readonly flushWithOthers: (task: Task) => Promise<void>;
}

/** Runs one task until it is revoked, lost, or the stage ends. Resolves with the UserError if the task was lost. */
export async function runSinkTask(task: Task, work: SinkWork): Promise<UserError | undefined> {
  const { topic, open, stats, tasks, ending, inTurn } = work;
  const place = `${topic}/${task.partition}`;
  const attempts = new FailedAttempts();
  const pinned: Pinned = { end: undefined, keepsPosition: false };
  try {
    for (;;) {
      try {
        return await attempt(task, work, attempts.last, pinned);
      } catch (error) {
        if (!(error instanceof RecordFailure)) throw error;
        const count = attempts.add(error, task.group, task.partition, !pinned.keepsPosition);
        work.warn(
          `${task.group} failed on ${error.where} of ${place} (${error.message}), attempt ${count}; starting again from the last commit`,
        );
        task.seek(topic, stats.to[place]!);
      }
    }
  } catch (error) {
    // A run that is ending has no time to restart its partitions.
    if (!(error instanceof UserError && error.code === 'fenced') || ending.mode !== undefined) throw error;
    // The destination commits all partitions at once, so none of them was written; the group reassigns them.
    for (const other of tasks.keys()) other.lose(error);
    return error;
  } finally {
    tasks.delete(task);
    await inTurn(() => open.stop(task.partition));
  }
}

interface Pinned {
  /** End offset of a run that is ending; set by the first attempt that sees it end. */
  end: number | undefined;
  /** The destination decides where to start, not the group. */
  keepsPosition: boolean;
}

/**
 * Runs a task from its last durable offset. The previous attempt failed on the records of `suspect`: flushes before
 * them and writes them one by one. Throws RecordFailure for records on which the sink throws.
 */
async function attempt(
  task: Task,
  work: SinkWork,
  suspect: RecordFailure | undefined,
  pinned: Pinned,
): Promise<UserError | undefined> {
  const { topic, open, clock, tasks, ending, inTurn, flush, flushWithOthers } = work;
  const wake = AbortSignal.any([ending.signal, task.revoked]);
  pinned.keepsPosition = await inTurn(() => begin(task, work));
  for (;;) {
    if (task.revoked.reason instanceof UserError) return task.revoked.reason;
    if (task.revoked.aborted || ending.mode === 'stop') break;
    if (ending.mode === 'finish') pinned.end ??= await endOf(task, topic);
    const limit = pinned.end ?? Number.POSITIVE_INFINITY;
    const batches = tasks.get(task)! < limit ? await read(task, work) : [];
    await inTurn(async () => {
      await write(task, batches, limit, work, suspect).catch(async (error: unknown) => {
        // The sink may have taken half of the record: discard that before any task flushes.
        tasks.delete(task);
        await open.stop(task.partition);
        throw error;
      });
      if (open.due(clock.monotonic())) await flush();
    });
    if (batches.length > 0) continue;
    if (tasks.get(task)! >= limit) {
      await flushWithOthers(task);
      break;
    }
    await task.grown(IDLE_MS, wake);
  }
  await inTurn(flush);
  return undefined;
}

/** The next batches. Before it throws that the bus is damaged, it flushes, so that the group is exactly at the damage. */
async function read(task: Task, { topic, inTurn, flush }: SinkWork): Promise<readonly Batch[]> {
  try {
    return await task.read(topic, READ_BYTES);
  } catch (error) {
    if (isDamage(error)) await inTurn(flush);
    throw error;
  }
}

const endOf = async (task: Task, topic: string): Promise<number> => (await task.ends()).get(topic) ?? 0;

/** Starts the partition. Returns whether the destination decided where. */
async function begin(
  task: Task,
  { log, topic, identity, open, stats, info, tasks }: SinkWork,
): Promise<boolean> {
  if ((await log.identity(topic)) !== identity) throw topicRecreatedError(topic);
  const own = await open.start(task.partition);
  const end = await endOf(task, topic);
  if (own !== undefined && own > end)
    throw new UserError(
      'failed',
      `the destination has ${topic}/${task.partition} up to offset ${own}, but the topic ends at ${end}: the destination was filled from another bus, or this bus has lost records`,
      'Use another destination or another --group.',
    );
  const committed = task.position(topic);
  // A new group starts at the first offset kept, which may be past a new table's 0.
  if (own !== undefined && committed > own && committed > (await log.offsetAt(topic, task.partition, 0)))
    info(
      `resuming ${topic}/${task.partition} at offset ${own} from the destination; ignoring the group's committed offset ${committed}`,
    );
  if (own !== undefined) task.seek(topic, own);
  const next = task.position(topic);
  tasks.set(task, next);
  stats.from[`${topic}/${task.partition}`] ??= next;
  stats.to[`${topic}/${task.partition}`] = next;
  return own !== undefined;
}

async function write(
  task: Task,
  batches: readonly Batch[],
  limit: number,
  work: SinkWork,
  suspect: RecordFailure | undefined,
): Promise<void> {
  const { topic, open, stats, tasks, flush } = work;
  for (const batch of batches.flatMap((batch) => piecesOf(batch, suspect))) {
    const records = batch.next > limit ? batch.records.filter(({ offset }) => offset < limit) : batch.records;
    const next = Math.min(batch.next, limit);
    const first = records[0]?.offset;
    if (first !== undefined && first === suspect?.from) await flush();
    try {
      await open.write({ ...batch, records, next });
    } catch (error) {
      throw first === undefined ? error : asFailure(error, topic, first, records.at(-1)!.offset + 1);
    }
    stats.in += records.length;
    tasks.set(task, next);
  }
  tasks.set(task, Math.min(limit, task.position(topic)));
}

/** The batch, split around suspect records: those before, each suspect one alone, those after. */
function piecesOf(batch: Batch, suspect: RecordFailure | undefined): readonly Batch[] {
  const { records } = batch;
  if (suspect === undefined || records.length < 2) return [batch];
  const { from, to } = suspect;
  const one = records.filter(({ offset }) => offset >= from && offset < to);
  if (one.length === 0) return [batch];
  const groups = [
    records.filter(({ offset }) => offset < from),
    ...one.map((record) => [record]),
    records.filter(({ offset }) => offset >= to),
  ].filter((group) => group.length > 0);
  return groups.map((group, i) => ({
    ...batch,
    records: group,
    next: i + 1 === groups.length ? batch.next : group.at(-1)!.offset + 1,
  }));
}
