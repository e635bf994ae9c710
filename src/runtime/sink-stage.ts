import { aborted } from '../core/aborted.ts';
import { newFailure } from '../core/failure.ts';
import type { Options, Settings } from '../core/option.ts';
import { Problem } from '../core/problem.ts';
import type { Batch } from '../core/record.ts';
import type { Millis } from '../core/time.ts';
import type { Log, Task } from '../log/log.ts';
import { topicDefaults } from '../market/topics.ts';
import type { OpenSink, Sink, SinkContext } from '../sinks/sink.ts';
import { rejectRecord } from './outbox.ts';
import { newStats, type Reporter, type Stage } from './stage.ts';
import { ensureTopics, runTasks, type TaskRunner } from './tasks.ts';

/** Bytes taken from one partition at once. */
const READ_BYTES = 1 << 20;
/** While nothing comes, the sink is asked this often whether it is due. */
const IDLE_MS: Millis = 250;

/** The sink's surroundings but for what the stage adds; step 5 of `reached`: the group's position says so too. */
export interface SinkStageSettings<O extends Options> extends Omit<SinkContext, 'info' | 'warn' | 'reject'> {
  readonly log: Log;
  readonly sink: Sink<O>;
  readonly settings: Settings<O>;
  readonly exclusive: boolean;
  readonly reporter: Reporter;
}

/** One at a time: a sink's calls never overlap. */
function serially() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(step: () => Promise<T>): Promise<T> => {
    const next = last.then(step, step);
    last = next.catch(() => {});
    return next;
  };
}

/** A topic's way into its destination, over all partitions that this process gets. */
export function sinkStage<O extends Options>(given: SinkStageSettings<O>): Stage {
  const { log, sink, topic, group, clock, reporter } = given;
  const stats = newStats(`sink ${sink.name} ${topic}`);
  const ended = new AbortController();
  const inTurn = serially();
  /** Partitions at work, with the next offset that has been handed to the sink. */
  const tasks = new Map<Task, number>();
  const arrived = new Set<Task>();
  const everyone = new AbortController();
  let mode: 'finish' | 'stop' | undefined;
  let open: OpenSink;
  let runner: TaskRunner | undefined;
  const { failed, fail } = newFailure();
  failed.catch(() => everyone.abort());

  /** 1. the destination has it; 2. the group's position says so too (the lag that `topics describe` shows). */
  async function flush(): Promise<void> {
    const reached = [...tasks];
    await open.flush(clock.now());
    stats.lag = 0;
    for (const [task, next] of reached) {
      const place = `${topic}/${task.partition}`;
      if (stats.to[place] === next || task.revoked.reason instanceof Problem) continue;
      try {
        await task.commit({ outputs: [], offsets: new Map([[topic, next]]), state: [] });
      } catch (error) {
        // Taken over meanwhile: the destination has the rows, and its new owner asks the destination.
        if (error instanceof Problem && error.code === 'fenced') continue;
        throw error;
      }
      given.reached(5);
      stats.to[place] = next;
      stats.lag += Math.max(0, ((await task.ends()).get(topic) ?? 0) - next);
    }
    const counts = open.counts();
    Object.assign(stats, { files: counts.files ?? 0, out: counts.rows ?? stats.in, sink: counts });
  }

  /** The end of a one-shot run: the last task to arrive flushes for all, so that a run ends in one commit. */
  async function meet(task: Task): Promise<void> {
    arrived.add(task);
    if ([...tasks.keys()].every((other) => arrived.has(other))) {
      await inTurn(flush);
      everyone.abort();
    } else await aborted(AbortSignal.any([everyone.signal, task.revoked]));
  }

  async function begin(task: Task): Promise<void> {
    const own = await open.start(task.partition);
    const end = (await task.ends()).get(topic) ?? 0;
    if (own !== undefined && own > end)
      throw new Problem(
        'failed',
        `the destination has ${topic}/${task.partition} up to offset ${own}, but the topic ends at ${end}: it was filled from another bus`,
        'Name another destination, or another --group.',
      );
    if (own !== undefined) task.seek(topic, own);
    const next = task.position(topic);
    tasks.set(task, next);
    stats.from[`${topic}/${task.partition}`] ??= next;
    stats.to[`${topic}/${task.partition}`] = next;
  }

  async function write(task: Task, batches: readonly Batch[], limit: number): Promise<void> {
    for (const batch of batches) {
      const records =
        batch.next > limit ? batch.records.filter(({ offset }) => offset < limit) : batch.records;
      const next = Math.min(batch.next, limit);
      await open.write({ ...batch, records, next });
      stats.in += records.length;
      tasks.set(task, next);
    }
    tasks.set(task, Math.min(limit, task.position(topic)));
  }

  async function run(task: Task): Promise<Problem | undefined> {
    const wake = AbortSignal.any([ended.signal, task.revoked]);
    await inTurn(() => begin(task));
    try {
      let limit = Number.POSITIVE_INFINITY;
      for (;;) {
        if (task.revoked.reason instanceof Problem) return task.revoked.reason;
        if (task.revoked.aborted || mode === 'stop') break;
        if (mode === 'finish' && limit === Number.POSITIVE_INFINITY)
          limit = (await task.ends()).get(topic) ?? 0;
        const batches = tasks.get(task)! < limit ? await task.read(topic, READ_BYTES) : [];
        await inTurn(async () => {
          await write(task, batches, limit);
          if (open.due(clock.now())) await flush();
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
    } finally {
      tasks.delete(task);
      await inTurn(() => open.stop(task.partition));
    }
  }

  async function end(how: 'finish' | 'stop'): Promise<void> {
    mode = how;
    ended.abort();
    if (runner === undefined) return;
    if (how !== 'stop') await Promise.race([runner.settled(), failed]);
    // After a failure the other tasks end, too, before the log is closed under them.
    await (how === 'stop' ? runner.idle() : Promise.race([runner.idle(), failed]));
    await runner.leave();
    await inTurn(() => open.close());
  }

  const reject = (batch: Batch, index: number, why: string): Promise<void> => {
    stats.rejected += 1;
    const { offset, key, value } = batch.records[index]!;
    return log.append([
      rejectRecord({ from: batch.topic, partition: batch.partition, offset, key, value }, why),
    ]);
  };

  return {
    stats,
    failed,
    async start() {
      await ensureTopics(log, new Map([topic, 'rejects'].map((name) => [name, topicDefaults(name)])));
      const { info, warn } = reporter;
      open = await sink.open(given.settings, { ...given, info, warn, reject });
      runner = await runTasks(
        log,
        { group, inputs: [topic], exclusive: given.exclusive, positionsOnly: true },
        reporter,
        run,
      );
      runner.failed.catch(fail);
    },
    finish: () => end('finish'),
    stop: () => end('stop'),
  };
}
