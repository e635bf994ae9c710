import { UserError } from '../core/errors.ts';
import type { Batch } from '../core/stream/record.ts';
import type { Clock } from '../core/util/clock.ts';
import type { Millis } from '../core/util/time.ts';
import { type Log, madeAnewProblem, type Task } from '../log/log.ts';
import type { OpenSink } from '../sinks/sink.ts';
import type { Reporter, StageStats } from './stage.ts';

/** Bytes taken from one partition at once. */
const READ_BYTES = 1 << 20;
/** While nothing comes, the sink is asked this often whether it is due. */
const IDLE_MS: Millis = 250;

/** What the tasks of one sink share. */
export interface SinkWork {
  readonly log: Log;
  readonly topic: string;
  /** Of the topic when the sink was opened: what the destination stands for. */
  readonly identity: string | undefined;
  readonly open: OpenSink;
  readonly stats: StageStats;
  readonly info: Reporter['info'];
  readonly clock: Clock;
  /** Partitions at work, with the next offset that has been handed to the sink. */
  readonly tasks: Map<Task, number>;
  /** Set when the stage is to end: `stop` at once, `finish` at the end offsets of that moment. */
  readonly ending: { mode: 'finish' | 'stop' | undefined; readonly signal: AbortSignal };
  /** One at a time: a sink's calls never overlap. */
  readonly inTurn: <T>(step: () => Promise<T>) => Promise<T>;
  /** To be called in turn. */
  readonly flush: () => Promise<void>;
  /** Not in turn: resolves when all tasks have come to their ends, and a flush has made that durable. */
  readonly meet: (task: Task) => Promise<void>;
}

/** Drives one task until it is revoked, lost, or the stage ends. Resolves with the Problem that took it away, if any. */
export async function runSinkTask(task: Task, work: SinkWork): Promise<UserError | undefined> {
  const { topic, open, clock, tasks, ending, inTurn, flush, meet } = work;
  const wake = AbortSignal.any([ending.signal, task.revoked]);
  await inTurn(() => begin(task, work));
  try {
    let limit = Number.POSITIVE_INFINITY;
    for (;;) {
      if (task.revoked.reason instanceof UserError) return task.revoked.reason;
      if (task.revoked.aborted || ending.mode === 'stop') break;
      if (ending.mode === 'finish' && limit === Number.POSITIVE_INFINITY) limit = await endOf(task, topic);
      const batches = tasks.get(task)! < limit ? await task.read(topic, READ_BYTES) : [];
      await inTurn(async () => {
        await write(task, batches, limit, work);
        if (open.due(clock.monotonic())) await flush();
      });
      if (batches.length > 0) continue;
      if (tasks.get(task)! >= limit) {
        await meet(task);
        break;
      }
      await task.grown(IDLE_MS, wake);
    }
    await inTurn(flush);
    return undefined;
  } catch (error) {
    // A run that is ending has no time to begin its partitions anew.
    if (!(error instanceof UserError && error.code === 'fenced') || ending.mode !== undefined) throw error;
    // A destination takes all partitions in one commit: whose they are now the group says.
    for (const other of tasks.keys()) other.lose(error);
    return error;
  } finally {
    tasks.delete(task);
    await inTurn(() => open.stop(task.partition));
  }
}

const endOf = async (task: Task, topic: string): Promise<number> => (await task.ends()).get(topic) ?? 0;

/** Unread records of the topic. */
export async function lagOf(tasks: ReadonlyMap<Task, number>, topic: string): Promise<number> {
  const unread = await Promise.all(
    [...tasks].map(async ([task, next]) => Math.max(0, (await endOf(task, topic)) - next)),
  );
  return unread.reduce((sum, count) => sum + count, 0);
}

async function begin(
  task: Task,
  { log, topic, identity, open, stats, info, tasks }: SinkWork,
): Promise<void> {
  if ((await log.identity(topic)) !== identity) throw madeAnewProblem(topic);
  const own = await open.start(task.partition);
  const end = await endOf(task, topic);
  if (own !== undefined && own > end)
    throw new UserError(
      'failed',
      `the destination has ${topic}/${task.partition} up to offset ${own}, but the topic ends at ${end}: it was filled from another bus, or this one has lost records`,
      'Name another destination, or another --group.',
    );
  const stood = task.position(topic);
  // A new group stands at the first record kept, which may be later than a new table's 0.
  if (own !== undefined && stood > own && stood > (await log.offsetAt(topic, task.partition, 0)))
    info(
      `${topic}/${task.partition} is read on from offset ${own}, where the destination stands; that the group stands at ${stood} does not count`,
    );
  if (own !== undefined) task.seek(topic, own);
  const next = task.position(topic);
  tasks.set(task, next);
  stats.from[`${topic}/${task.partition}`] ??= next;
  stats.to[`${topic}/${task.partition}`] = next;
}

async function write(
  task: Task,
  batches: readonly Batch[],
  limit: number,
  { topic, open, stats, tasks }: SinkWork,
): Promise<void> {
  for (const batch of batches) {
    const records = batch.next > limit ? batch.records.filter(({ offset }) => offset < limit) : batch.records;
    const next = Math.min(batch.next, limit);
    await open.write({ ...batch, records, next });
    stats.in += records.length;
    tasks.set(task, next);
  }
  tasks.set(task, Math.min(limit, task.position(topic)));
}
