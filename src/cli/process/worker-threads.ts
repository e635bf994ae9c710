import { availableParallelism } from 'node:os';
import { getAsset, isSea } from 'node:sea';
import { MessageChannel, type MessagePort, parentPort, Worker } from 'node:worker_threads';
import { UserError } from '../../core/errors.ts';
import { integer, type Option } from '../../core/option.ts';
import type { Processor } from '../../processors/processor.ts';
import type { TaskStart } from '../../runtime/workers/messages.ts';
import type { TaskWorkers } from '../../runtime/workers/remote-task.ts';

/** How many threads may run busy tasks. */
export const workers: Option<number | undefined> = {
  ...integer(
    '--workers',
    '<n>',
    'Threads for busy tasks of processors; 1: none besides the first (default: one for each core).',
    1,
    {
      min: 1,
      max: 256,
    },
  ),
  fallback: undefined,
  fallbackText: '',
};

/** Inputs and outputs wait as bytes, outside of the heap: a larger young generation takes more memory, and no less time. */
const YOUNG_MB = 16;
/** Records after which a thread is worth its start, which takes a tenth of a second. */
const BUSY_AFTER = 10_000;

interface Thread {
  readonly worker: Worker;
  readonly died: Promise<never>;
  tasks: number;
}

const threadError = (cause: unknown): UserError =>
  new UserError(
    'failed',
    `a worker thread ended: ${cause instanceof Error ? cause.message : String(cause)}`,
    'Start again: nothing uncommitted was lost. --workers 1 runs everything in one thread.',
    true,
    { cause },
  );

/** Starts a thread with this program, which then serves tasks; it does not keep the process running. */
function startThread(): Thread {
  const limits = { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } };
  const worker = isSea()
    ? new Worker(getAsset('main.cjs', 'utf8'), { ...limits, eval: true })
    : new Worker(new URL(import.meta.url), limits);
  worker.unref();
  const died = new Promise<never>((_, reject) => {
    worker.on('error', (error) => reject(threadError(error)));
    worker.on('exit', (code) => reject(threadError(`exit code ${code}`)));
  });
  died.catch(() => {});
  return { worker, died, tasks: 0 };
}

/**
 * Up to `count` threads, each started when a task needs it; a task goes to the one with the fewest. Undefined where the
 * program runs in one thread, by `--workers 1`.
 */
export function workerThreads(
  env: Readonly<Record<string, string | undefined>>,
  count = availableParallelism(),
): TaskWorkers | undefined {
  if (count === 1) return undefined;
  const threads: Thread[] = [];
  return {
    busyAfter: Number(env.CRYPTOPIPE_TEST_BUSY_AFTER ?? BUSY_AFTER),
    start(start) {
      const free = threads.find(({ tasks }) => tasks === 0);
      if (free === undefined && threads.length < count) threads.push(startThread());
      const thread = threads.reduce((best, one) => (one.tasks < best.tasks ? one : best));
      const { port1, port2 } = new MessageChannel();
      thread.tasks += 1;
      thread.worker.postMessage({ start, port: port2 }, [port2]);
      return {
        port: port1,
        died: thread.died,
        release() {
          thread.tasks -= 1;
          port1.close();
        },
      };
    },
  };
}

/** What a worker thread does: it runs the tasks that the main thread sends. */
export async function serveTasks(): Promise<void> {
  const received: [TaskStart, MessagePort][] = [];
  let serve = (...task: [TaskStart, MessagePort]): void => void received.push(task);
  parentPort!.on('message', ({ start, port }: { start: TaskStart; port: MessagePort }) => serve(start, port));
  const [{ processors }, { hostTask }, { systemClock }, { decodeCopy }] = await Promise.all([
    import('../../processors/index.ts'),
    import('../../runtime/workers/host-task.ts'),
    import('../../runtime/system-clock.ts'),
    import('../../log/local/storage/batch-copy.ts'),
  ]);
  const named = (name: string) => processors[name as keyof typeof processors] as Processor;
  serve = (start, port) => void hostTask(port, start, named, systemClock, decodeCopy);
  for (const task of received) serve(...task);
}
