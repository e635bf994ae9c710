import { randomUUID } from 'node:crypto';
import { fittingName } from '../../../core/text/topic-name.ts';
import type { Clock } from '../../../core/util/clock.ts';
import { deferredRejection } from '../../../core/util/deferred-rejection.ts';
import { equalCount, familyOf, type GroupSpec, type Membership } from '../../log.ts';
import type { Store } from '../storage/store.ts';
import type { Wake } from '../wake.ts';
import { fencedBy, HEARTBEAT_MS, heartbeat, type Seat, sit, stand } from './lease.ts';
import { type LocalTask, openTask } from './task.ts';

const partitionsOf = (store: Store, inputs: readonly string[]): number =>
  equalCount(
    inputs,
    inputs.map((topic) => store.topics.get(topic)?.partitions ?? 0),
  );

/** Many inputs with long names do not fit into a key of lmdb (1,978 bytes). */
const LONGEST_FAMILY = 1000;

/** Takes a seat in the group and keeps it, handing tasks out as they come, until `leave`. */
export async function joinGroup(
  store: Store,
  wake: Wake,
  clock: Clock,
  warn: (message: string) => void,
  spec: GroupSpec,
): Promise<Membership> {
  const partitions = partitionsOf(store, spec.inputs);
  const seat: Seat = {
    family: fittingName(familyOf(spec.group, spec.inputs), LONGEST_FAMILY),
    member: randomUUID(),
    exclusive: spec.exclusive,
    since: clock.now(),
  };
  await sit(store, seat, clock.monotonic());

  const tasks = new Map<number, LocalTask>();
  /** Partitions whose task ended of its own accord (a one-shot run): taken again, they would read past its end. */
  const finished = new Set<number>();
  const left = new AbortController();
  let emptied = () => {};
  let settle = () => {};
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });

  function take(partition: number, epoch: number): void {
    const lease = { family: seat.family, member: seat.member, partition, epoch };
    const task = openTask(store, wake, clock, warn, spec.group, spec.inputs, lease, (ended) => {
      if (ended) finished.add(partition);
      if (tasks.get(partition) === task) tasks.delete(partition);
      if (tasks.size === 0) emptied();
    });
    tasks.set(partition, task);
    spec.assigned(task);
  }

  async function beat(): Promise<void> {
    const { held, surplus, missing } = await heartbeat(store, seat, partitions, clock.monotonic(), finished);
    if (left.signal.aborted) return;
    for (const [partition, task] of tasks)
      if (held.get(partition) !== task.epoch)
        task.lose(fencedBy(seat.family, partition, store.leases.get([seat.family, partition]) ?? null));
    for (const partition of surplus) tasks.get(partition)?.revoke();
    for (const [partition, epoch] of held) if (!tasks.has(partition)) take(partition, epoch);
    if (missing === 0) settle();
  }

  await beat();
  const beating = (async () => {
    for (;;) {
      await clock.sleep(HEARTBEAT_MS, left.signal);
      if (left.signal.aborted) return;
      await beat();
    }
  })();
  const { failed, fail } = deferredRejection();
  beating.catch(fail);

  async function leave(): Promise<void> {
    for (const task of tasks.values()) task.revoke();
    if (tasks.size > 0)
      await new Promise<void>((resolve) => {
        emptied = resolve;
      });
    left.abort();
    await beating.catch(() => {});
    await stand(store, seat);
  }

  return { partitions, settled: () => settled, unread: async () => 0, leave, failed };
}
