import type { MessagePort } from 'node:worker_threads';
import type { Options, Settings } from '../../core/option.ts';
import type { Restored } from '../../core/stream/keyed-state.ts';
import type { DecodeBatch } from '../../core/stream/record.ts';
import type { Clock } from '../../core/util/clock.ts';
import type { Processor } from '../../processors/processor.ts';
import { loadDependencies } from '../dependencies.ts';
import { runTask, type TaskSettings } from '../processor-task.ts';
import { actualTopics } from '../processor-topics.ts';
import { CommitTimer } from '../progress/commit-timer.ts';
import type { Pace } from '../progress/pace.ts';
import { moveCounts, newStats, type StageStats } from '../stage.ts';
import { StageEnding } from '../stage-ending.ts';
import { sendToLog, sentError, type TaskStart, type ToWorker } from './messages.ts';
import { PortedTask } from './ported-task.ts';

/** Takes the counts since the last report out of `stats`; positions stay. */
function takeCounts(stats: StageStats): StageStats {
  const counts = newStats(stats.stage);
  moveCounts(stats, counts);
  counts.in = stats.in;
  stats.in = 0;
  counts.written = stats.written;
  stats.written = {};
  counts.from = stats.from;
  counts.to = stats.to;
  return counts;
}

const paceOf = (task: PortedTask): Pace => ({
  pass: (_, time) => task.pace(time),
  leave: () => void task.pace(undefined).catch(() => {}),
});

/** Runs a task in this thread, over a port to the thread that has its log. Never rejects: the port gets the outcome. */
export async function hostTask(
  port: MessagePort,
  start: TaskStart,
  processorOf: (name: string) => Processor,
  clock: Clock,
  decode: DecodeBatch,
): Promise<void> {
  const task = new PortedTask(port, start, decode);
  const ending = new StageEnding();
  if (start.ending !== undefined) ending.end(start.ending);
  port.on('message', (message: ToWorker) => {
    if (message.kind !== 'ending') return task.receive(message);
    ending.end(message.mode);
  });
  try {
    const processor = processorOf(start.processor);
    const settings = start.settings as Settings<Options>;
    const { inputs, output: topic } = actualTopics(processor, start.renames);
    const dependencies = await loadDependencies(processor.dependencies?.(settings, topic) ?? []);
    const stats = newStats(start.processor);
    const watermarks: TaskSettings['watermarks'] = new Map();
    const running: TaskSettings['running'] = new Map();
    const warn = (text: string, once: boolean) => sendToLog(port, { kind: 'warn', text, once });
    const report = () => {
      const offsets = running.get(task)?.offsets() ?? new Map<string, number>();
      const watermark = watermarks.get(start.partition);
      sendToLog(port, { kind: 'progress', progress: { counts: takeCounts(stats), watermark, offsets } });
    };
    const lost = await runTask(
      task,
      {
        inputs,
        output: {
          topic,
          schema: processor.output.schema,
          decisions: processor.decisions?.(settings),
          warn: (text) => warn(text, true),
        },
        build: (restored: Restored) =>
          processor.build(settings, restored, { ...dependencies, files: start.files }),
        commitEveryMs: start.commitEveryMs,
        maxAheadMs: start.maxAheadMs,
        clock,
        stats,
        commits: new CommitTimer(clock),
        watermarks,
        running,
        warn: (text) => warn(text, false),
        inTurn: false,
        ending,
        pace: start.isPaced ? paceOf(task) : undefined,
        report,
      },
      start.ends,
    );
    report();
    sendToLog(port, { kind: 'ended', lost: lost && sentError(lost) });
  } catch (error) {
    sendToLog(port, { kind: 'failed', error: sentError(error) });
  }
}
