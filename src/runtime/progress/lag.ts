import type { Task } from '../../log/log.ts';

/** A running task, and the next offset of each of its inputs. */
export interface TaskProgress {
  readonly task: Pick<Task, 'ends'>;
  readonly next: ReadonlyMap<string, number>;
}

/** Unread records of these tasks by topic. */
export async function lagByTopic(tasks: readonly TaskProgress[]): Promise<Record<string, number>> {
  const lag: Record<string, number> = {};
  await Promise.all(
    tasks.map(async ({ task, next }) => {
      const ends = await task.ends();
      for (const [topic, offset] of next)
        lag[topic] = (lag[topic] ?? 0) + Math.max(0, (ends.get(topic) ?? 0) - offset);
    }),
  );
  return lag;
}
