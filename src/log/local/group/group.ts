import { randomUUID } from 'node:crypto';
import { fittingName } from '../../../core/text/topic-name.ts';
import type { Clock } from '../../../core/util/clock.ts';
import { deferredRejection } from '../../../core/util/deferred-rejection.ts';
import { familyOf, type GroupSpec, type Membership, partitionCountOf } from '../../log.ts';
import type { LogStore } from '../storage/store.ts';
import type { Wake } from '../wake.ts';
import { fencedError, type GroupMember, HEARTBEAT_MS, heartbeat, joinFamily, leaveFamily } from './lease.ts';
import { type LocalTask, openTask } from './task.ts';

const partitionsOf = (store: LogStore, inputs: readonly string[]): number =>
  partitionCountOf(
    inputs,
    inputs.map((topic) => store.topics.get(topic)?.partitions ?? 0),
  );

/** Names of many inputs may not fit into an lmdb key (1,978 bytes). */
const LONGEST_FAMILY = 1000;

/** Joins the group, renews the membership and starts assigned tasks until `leave`. */
export async function joinGroup(
  store: LogStore,
  wake: Wake,
  clock: Clock,
  warn: (message: string) => void,
  spec: GroupSpec,
): Promise<Membership> {
  const partitions = partitionsOf(store, spec.inputs);
  const self: GroupMember = {
    family: fittingName(familyOf(spec.group, spec.inputs), LONGEST_FAMILY),
    member: randomUUID(),
    exclusive: spec.exclusive,
    since: clock.now(),
  };
  await joinFamily(store, self, clock.monotonic());

  const tasks = new Map<number, LocalTask>();
  /** Partitions whose task ended by itself (a one-shot run). A new task would read past the end of the run. */
  const finished = new Set<number>();
  const left = new AbortController();
  let emptied = () => {};
  let allAssigned = () => {};
  const settled = new Promise<void>((resolve) => {
    allAssigned = resolve;
  });

  function take(partition: number, epoch: number): void {
    const lease = { family: self.family, member: self.member, partition, epoch };
    const task = openTask(store, wake, clock, warn, spec.group, spec.inputs, lease, (ended) => {
      if (ended) finished.add(partition);
      if (tasks.get(partition) === task) tasks.delete(partition);
      if (tasks.size === 0) emptied();
    });
    tasks.set(partition, task);
    spec.assigned(task);
  }

  async function beat(): Promise<void> {
    const { leases, surplus, missing } = await heartbeat(
      store,
      self,
      partitions,
      clock.monotonic(),
      finished,
    );
    if (left.signal.aborted) return;
    for (const [partition, task] of tasks)
      if (leases.get(partition) !== task.epoch)
        task.lose(fencedError(self.family, partition, store.leases.get([self.family, partition]) ?? null));
    for (const partition of surplus) tasks.get(partition)?.revoke();
    for (const [partition, epoch] of leases) if (!tasks.has(partition)) take(partition, epoch);
    if (missing === 0) allAssigned();
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
    await leaveFamily(store, self);
  }

  return { partitions, settled: () => settled, unread: async () => 0, leave, failed };
}
