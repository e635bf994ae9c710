import type { MessagePort } from 'node:worker_threads';
import { UserError } from '../../core/errors.ts';
import type { Task } from '../../log/log.ts';
import { smallestWatermark } from '../checkpoint.ts';
import type { TaskSettings } from '../processor-task.ts';
import { moveCounts } from '../stage.ts';
import {
  type Calls,
  type FromWorker,
  receivedError,
  type SentError,
  sendToWorker,
  sentError,
  type TaskReport,
  type TaskStart,
} from './messages.ts';
import { packBatch, unpackOutputs } from './packing.ts';

/** A worker that runs one task. */
export interface TaskWorker {
  readonly port: MessagePort;
  /** Rejects if the worker's thread ends. */
  readonly died: Promise<never>;
  /** Closes the port. */
  release(): void;
}

export interface TaskWorkers {
  /** A task runs in a worker if so many records wait at its start, or were processed within a second or without catching up. */
  readonly busyAfter: number;
  /** Starts a task in a worker. */
  start(start: TaskStart): TaskWorker;
}

type Steps = { readonly [N in keyof Calls]: (...args: Calls[N]['args']) => Promise<Calls[N]['answer']> };

/** What a task's log does for its worker. Reads and seeks keep their order. */
function stepsOf(task: Task, { commits, ending, pace }: TaskSettings): Steps {
  const wake = AbortSignal.any([ending.signal, task.revoked]);
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(step: () => Promise<T>): Promise<T> => {
    const done = turn.then(step);
    turn = done.catch(() => {});
    return done;
  };
  return {
    state: () => task.state(),
    ends: () => task.ends(),
    read: (topic, maxBytes) =>
      inTurn(async () => {
        const batches =
          (await task.readEncoded?.(topic, maxBytes)) ?? (await task.read(topic, maxBytes)).map(packBatch);
        return { batches, position: task.position(topic) };
      }),
    seek: (topic, offset) => inTurn(async () => void task.seek(topic, offset)),
    grown: async (span) => {
      await task.grown(span, wake);
      return undefined;
    },
    pace: async (time) => {
      if (time === undefined) pace?.leave(task.partition);
      else await pace?.pass(task.partition, time, () => task.revoked.aborted || ending.mode === 'stop');
      return undefined;
    },
    commit: async (outputs, offsets, state) => {
      await commits.time(() => task.commit({ outputs: unpackOutputs(outputs), offsets, state }));
      return undefined;
    },
  };
}

/** The buffers of the batches in an answer, which this thread has no more use for. */
function buffersIn(answer: unknown): ArrayBuffer[] {
  const { batches = [] } = (answer ?? {}) as Partial<Calls['read']['answer']>;
  return batches.flatMap((batch) => ('bytes' in batch ? batch.bytes.buffer : []));
}

function addProgress({ counts, watermark }: TaskReport, { partition }: Task, settings: TaskSettings): void {
  const { stats, watermarks } = settings;
  moveCounts(counts, stats);
  stats.in += counts.in;
  for (const [topic, count] of Object.entries(counts.written))
    stats.written[topic] = (stats.written[topic] ?? 0) + count;
  Object.assign(stats.to, counts.to);
  watermarks.set(partition, watermark);
  stats.watermark = smallestWatermark(watermarks.values());
}

/** The error of a lost task: the one that the log gave, of which the stage warns once for all tasks. */
const lostError = ({ revoked: { reason } }: Task, sent: SentError): UserError =>
  reason instanceof UserError ? reason : (receivedError(sent) as UserError);

/** Runs a task in a worker until it ends. Resolves with the UserError if the task was lost; rejects as `runTask` does. */
export async function runRemote(
  task: Task,
  settings: TaskSettings,
  start: TaskStart,
  workers: TaskWorkers,
): Promise<UserError | undefined> {
  const { ending, running } = settings;
  const { port, died, release } = workers.start(start);
  let offsets = start.positions;
  running.set(task, { offsets: () => offsets });
  const steps = stepsOf(task, settings);
  const sendEnding = () => {
    if (ending.mode !== undefined) sendToWorker(port, { kind: 'ending', mode: ending.mode });
  };
  const sendRevoked = () => {
    const { reason } = task.revoked;
    sendToWorker(port, {
      kind: 'revoked',
      reason: reason instanceof UserError ? sentError(reason) : undefined,
    });
  };
  try {
    const outcome = new Promise<UserError | undefined>((resolve, reject) => {
      port.on('message', (message: FromWorker) => {
        if (message.kind === 'call') {
          const step = steps[message.name] as (...args: readonly unknown[]) => Promise<unknown>;
          step(...message.args).then(
            (answer) => sendToWorker(port, { kind: 'answer', id: message.id, answer }, buffersIn(answer)),
            (error) => sendToWorker(port, { kind: 'error', id: message.id, error: sentError(error) }),
          );
        } else if (message.kind === 'progress') {
          addProgress(message.progress, task, settings);
          if (message.progress.offsets.size > 0) offsets = message.progress.offsets;
        } else if (message.kind === 'warn')
          (message.once ? settings.output.warn : settings.warn)?.(message.text);
        else if (message.kind === 'failed') reject(receivedError(message.error));
        else resolve(message.lost && lostError(task, message.lost));
      });
    });
    for (const signal of [ending.signal, ending.stopping]) signal.addEventListener('abort', sendEnding);
    task.revoked.addEventListener('abort', sendRevoked);
    sendEnding();
    if (task.revoked.aborted) sendRevoked();
    return await Promise.race([outcome, died]);
  } finally {
    for (const signal of [ending.signal, ending.stopping]) signal.removeEventListener('abort', sendEnding);
    task.revoked.removeEventListener('abort', sendRevoked);
    release();
  }
}
