import type { UserError } from '../core/errors.ts';
import { deferredRejection } from '../core/util/deferred-rejection.ts';
import type { GroupSpec, Log, Membership, Task } from '../log/log.ts';
import type { TopicDefaults } from '../market/catalog/topics.ts';
import type { Reporter } from './stage.ts';

/** Creates missing topics with these settings; existing ones keep theirs. */
export async function ensureTopics(log: Log, settings: ReadonlyMap<string, TopicDefaults>): Promise<void> {
  const there = new Set((await log.topics()).map(({ name }) => name));
  for (const [name, defaults] of settings)
    if (!there.has(name) && !name.includes('{')) await log.createTopic(name, defaults);
}

/** The tasks of one group that run in this process. */
export interface TaskRunner {
  /** Whether this process has received its share of the tasks. */
  readonly isReady: boolean;
  /** Rejects with the error of a task or of the membership. */
  readonly failed: Promise<never>;
  /** Records of added partitions that no task reads yet. */
  unread(): Promise<number>;
  /**
   * Leaves the group once no task is running; the stage makes its tasks end. `finish` also waits until this process has
   * received its share of the tasks, and throws the error that `failed` rejects with.
   */
  end(how: 'finish' | 'stop'): Promise<void>;
}

/** Joins a group and runs each assigned task. Warns about a lost task and releases it; a task that throws fails the runner. */
export async function runTasks(
  log: Log,
  spec: Omit<GroupSpec, 'assigned'>,
  reporter: Reporter,
  run: (task: Task) => Promise<UserError | undefined>,
): Promise<TaskRunner> {
  const running = new Set<Promise<void>>();
  const { failed, fail } = deferredRejection();
  let warned: UserError | undefined;
  const assigned = (task: Task) => {
    const work = run(task)
      .then((lost) => {
        // Several tasks may be lost by the same error.
        if (lost !== undefined && lost !== warned) reporter.warn(lost.message);
        warned = lost ?? warned;
      })
      .catch(fail)
      .finally(() => task.release().catch(fail))
      .finally(() => running.delete(work));
    running.add(work);
  };
  const membership: Membership = await log.join({ ...spec, assigned });
  membership.failed.catch(fail);
  let isReady = false;
  membership.settled().then(
    () => {
      isReady = true;
    },
    () => {},
  );
  const idle = async () => {
    while (running.size > 0) await Promise.all(running);
  };
  return {
    failed,
    get isReady() {
      return isReady;
    },
    unread: () => membership.unread(),
    async end(how) {
      if (how === 'finish') await Promise.race([membership.settled().then(idle), failed]);
      // After a failure, wait for the other tasks before the log is closed.
      else await idle();
      await membership.leave();
    },
  };
}
