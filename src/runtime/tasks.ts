import type { UserError } from '../core/errors.ts';
import { deferredRejection } from '../core/util/deferred-rejection.ts';
import type { GroupSpec, Log, Membership, Task } from '../log/log.ts';
import type { TopicDefaults } from '../market/catalog/topics.ts';
import type { Reporter } from './stage.ts';

/** Makes topics that are not there yet, by name with their settings; those that are there keep theirs. */
export async function ensureTopics(log: Log, wanted: ReadonlyMap<string, TopicDefaults>): Promise<void> {
  const there = new Set((await log.topics()).map(({ name }) => name));
  for (const [name, defaults] of wanted)
    if (!there.has(name) && !name.includes('{')) await log.createTopic(name, defaults);
}

/** The tasks of one group that run in this process. */
export interface TaskRunner {
  /** Rejects with what ended a task badly, or the membership. */
  readonly failed: Promise<never>;
  /** Records of partitions that were added and that nobody reads yet. */
  unread(): Promise<number>;
  /**
   * Leaves the group when no task runs any more; `finish`: not before this process has had its share of them, and throws
   * what `failed` rejects with. The stage tells its tasks to end.
   */
  end(how: 'finish' | 'stop'): Promise<void>;
}

/**
 * Joins a group and runs `run` for each task it gets; a task that was taken away is reported and released, one that
 * throws fails the runner.
 */
export async function runTasks(
  log: Log,
  spec: Omit<GroupSpec, 'assigned'>,
  reporter: Reporter,
  run: (task: Task) => Promise<UserError | undefined>,
): Promise<TaskRunner> {
  const running = new Set<Promise<void>>();
  const { failed, fail } = deferredRejection();
  let said: UserError | undefined;
  const assigned = (task: Task) => {
    const work = run(task)
      .then((taken) => {
        // One Problem may take several tasks away.
        if (taken !== undefined && taken !== said) reporter.warn(taken.message);
        said = taken ?? said;
      })
      .catch(fail)
      .finally(() => task.release().catch(fail))
      .finally(() => running.delete(work));
    running.add(work);
  };
  const membership: Membership = await log.join({ ...spec, assigned });
  membership.failed.catch(fail);
  const idle = async () => {
    while (running.size > 0) await Promise.all(running);
  };
  return {
    failed,
    unread: () => membership.unread(),
    async end(how) {
      if (how === 'finish') await Promise.race([membership.settled().then(idle), failed]);
      // After a failure the other tasks end, too, before the log is closed under them.
      else await idle();
      await membership.leave();
    },
  };
}
