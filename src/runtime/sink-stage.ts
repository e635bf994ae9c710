import { UserError } from '../core/errors.ts';
import type { Options, Settings } from '../core/option.ts';
import type { Batch } from '../core/stream/record.ts';
import { aborted } from '../core/util/aborted.ts';
import { deferredRejection } from '../core/util/deferred-rejection.ts';
import type { Log, Task } from '../log/log.ts';
import { REJECTS, topicDefaults } from '../market/catalog/topics.ts';
import type { OpenSink, Sink, SinkContext, SinkHost } from '../sinks/sink.ts';
import { rejectRecord } from './output/outbox.ts';
import { CommitTimer } from './progress/commit-timer.ts';
import { lagByTopic } from './progress/lag.ts';
import { runSinkTask, type SinkWork } from './sink-task.ts';
import { newStats, type Reporter, type Stage } from './stage.ts';
import { ensureTopics, runTasks, type TaskRunner } from './tasks.ts';

/** The sink's context without the parts that the stage adds. */
export interface SinkStageSettings<O extends Options>
  extends Omit<SinkContext, 'identity' | 'info' | 'warn' | 'reject'> {
  readonly log: Log;
  readonly sink: Sink<O>;
  readonly settings: Settings<O>;
  readonly host: SinkHost;
  readonly exclusive: boolean;
  readonly reporter: Reporter;
}

function serially(): SinkWork['inTurn'] {
  let last: Promise<unknown> = Promise.resolve();
  return (step) => {
    const next = last.then(step, step);
    last = next.catch(() => {});
    return next;
  };
}

/** Writes one topic to its destination, for all partitions assigned to this process. */
export function sinkStage<O extends Options>(given: SinkStageSettings<O>): Stage {
  const { log, sink, settings, host, exclusive, reporter, ...context } = given;
  const { topic, group, clock } = given;
  const stats = newStats(`sink ${sink.name} ${topic}`);
  const ended = new AbortController();
  const ending: SinkWork['ending'] = { mode: undefined, signal: ended.signal };
  const commits = new CommitTimer(clock);
  const inTurn = serially();
  const tasks: SinkWork['tasks'] = new Map();
  const arrived = new Set<Task>();
  const everyone = new AbortController();
  let open: OpenSink;
  let runner: TaskRunner | undefined;
  const { failed, fail } = deferredRejection();
  failed.catch(() => everyone.abort());

  const flush = (): Promise<void> => commits.time(flushAll);

  /** 1. Make it durable in the destination. 2. Commit the group's position (the lag that `topics describe` shows). */
  async function flushAll(): Promise<void> {
    const reached = [...tasks];
    await open.flush(clock.now());
    for (const [task, next] of reached) {
      const place = `${topic}/${task.partition}`;
      if (stats.to[place] === next || task.revoked.reason instanceof UserError) continue;
      try {
        await task.commit({ outputs: [], offsets: new Map([[topic, next]]), state: [] });
      } catch (error) {
        // Taken over meanwhile: the destination has the rows, and the new owner asks it for the position.
        if (error instanceof UserError && error.code === 'fenced') continue;
        throw error;
      }
      // The steps before this one belong to the sink.
      host.onFlushStep?.(5);
      stats.to[place] = next;
    }
    const counts = open.counts();
    Object.assign(stats, { files: counts.files ?? 0, out: counts.rows ?? stats.in, sink: counts });
    const lastFile = open.lastFile?.();
    if (lastFile !== undefined) stats.lastFile = lastFile;
  }

  /** Ends a one-shot run: the last task to arrive flushes for all, so the run ends in one commit. */
  async function flushWithOthers(task: Task): Promise<void> {
    arrived.add(task);
    if ([...tasks.keys()].every((other) => arrived.has(other))) {
      await inTurn(flush);
      everyone.abort();
    } else await aborted(AbortSignal.any([everyone.signal, task.revoked]));
  }

  async function end(how: 'finish' | 'stop'): Promise<void> {
    ending.mode = how;
    ended.abort();
    if (how === 'stop') everyone.abort();
    if (runner === undefined) return;
    await runner.end(how);
    if (how === 'finish') stats.lag = {};
    await inTurn(() => open.close());
  }

  async function reject({ partition, records }: Batch, index: number, why: string): Promise<void> {
    stats.rejected += 1;
    const { offset, key, value } = records[index]!;
    if (topic !== REJECTS)
      return log.append([rejectRecord({ from: topic, partition, offset, key, value }, why)]);
    // Appending it again would make the sink read and reject it forever.
    if (stats.rejected === 1)
      reporter.warn(
        `${topic}/${partition}: skipping the record at offset ${offset} (${why}) and others that the destination cannot take; they stay in topic ${topic}`,
      );
  }

  return {
    stats,
    failed,
    commits,
    get isReady() {
      return runner?.isReady === true;
    },
    async refresh() {
      const ofTasks = await lagByTopic(
        [...tasks].map(([task, next]) => ({ task, next: new Map([[topic, next]]) })),
      );
      stats.lag = { [topic]: (ofTasks[topic] ?? 0) + ((await runner?.unread()) ?? 0) };
    },
    async start() {
      await ensureTopics(log, new Map([topic, REJECTS].map((name) => [name, topicDefaults(name)])));
      const { info, warn } = reporter;
      const identity = await log.identity(topic);
      open = await sink.open(settings, { ...context, identity, info, warn, reject }, host);
      const shared = { log, topic, identity, open, info, warn, stats, clock, tasks, ending };
      const work: SinkWork = { ...shared, inTurn, flush, flushWithOthers };
      const spec = { group, inputs: [topic], exclusive, positionsOnly: true };
      runner = await runTasks(log, spec, reporter, (task) => runSinkTask(task, work));
      runner.failed.catch(fail);
    },
    finish: () => end('finish'),
    stop: () => end('stop'),
  };
}
