import { hostname } from 'node:os';
import { UserError } from '../../../core/errors.ts';
import { aborted } from '../../../core/util/aborted.ts';
import { deferredRejection } from '../../../core/util/deferred-rejection.ts';
import { formatSpan } from '../../../core/util/time.ts';
import { familyOf, type GroupSpec, groupLockedError, type Membership, partitionCountOf } from '../../log.ts';
import type { Partitioner } from '../client/partitioner.ts';
import type { Kafka } from '../kafka.ts';
import type { AssignedPartitions } from './assignment.ts';
import { GroupMember } from './group-member.ts';
import { addedPartitions, ensureStateTopic, type GroupTopics, readGroupTopics } from './group-topics.ts';
import { requireUnlocked } from './members.ts';
import { groupOffsetStore, openTransactionalStore } from './offset-store.ts';
import { type KafkaTask, openTask, type TaskEnding } from './task.ts';

/** Time limit for leaving; after that the session timeout removes the member. */
const LEAVE_MS = 2000;

/** Joins the group and opens and closes tasks as partitions are assigned, until `leave`. */
export async function joinGroup(kafka: Kafka, partitions: Partitioner, spec: GroupSpec): Promise<Membership> {
  const counts = await Promise.all(spec.inputs.map((topic) => partitions.count(topic)));
  const count = partitionCountOf(spec.inputs, counts);
  if (spec.exclusive) await requireUnlocked(kafka, spec.group, spec.inputs);
  if (!spec.positionsOnly) await ensureStateTopic(partitions, spec.group, count);
  const group = new Group(kafka, partitions, spec, await readGroupTopics(partitions, spec));
  await group.begin();
  return {
    partitions: count,
    settled: () => group.settled,
    unread: () => group.unread(),
    leave: () => group.leave(),
    failed: group.failed,
  };
}

class Group {
  readonly #failure = deferredRejection();
  readonly failed = this.#failure.failed;
  readonly #kafka: Kafka;
  readonly #partitions: Partitioner;
  readonly #spec: GroupSpec;
  readonly #member: GroupMember;
  readonly #since: number;
  /** The last snapshot. */
  #topics: GroupTopics;
  readonly #tasks = new Map<number, KafkaTask>();
  readonly #opening = new Map<number, Promise<void>>();
  /** Partitions whose task finished (a one-shot run): reopened, they would read past its end. */
  readonly #finished = new Set<number>();
  readonly #left = new AbortController();
  #leaving = false;
  #assigned: readonly number[] = [];
  /** Requests a rebalance before the next heartbeat. */
  #rejoin = false;
  #wake = new AbortController();
  /** Resolves when the tasks of this generation are open; after an expulsion, those of the next. */
  #rebalance: Promise<unknown> = Promise.resolve();
  #rebalanceDone: () => void = () => {};
  /** Called after a task opens or ends. */
  #changed = () => {};
  #heartbeats: Promise<void> = Promise.resolve();
  #allAssigned: () => void = () => {};
  readonly settled = new Promise<void>((resolve) => {
    this.#allAssigned = resolve;
  });

  constructor(kafka: Kafka, partitions: Partitioner, spec: GroupSpec, topics: GroupTopics) {
    this.#topics = topics;
    this.#kafka = kafka;
    this.#partitions = partitions;
    this.#spec = spec;
    this.#member = new GroupMember(kafka, spec.group, spec.inputs, (topic) => partitions.count(topic));
    this.#since = kafka.clock.now();
  }

  /** Joins, opens the assigned tasks and starts the heartbeats. */
  async begin(): Promise<void> {
    try {
      await this.#join();
      this.#heartbeats = this.#sendHeartbeats().catch((error: unknown) => {
        if (!this.#left.signal.aborted) this.#failure.fail(error);
      });
      await Promise.race([Promise.all(this.#opening.values()), this.failed]);
    } catch (error) {
      await this.#disconnect();
      throw error;
    }
  }

  /** Also requests a rebalance if partitions were added. */
  async unread(): Promise<number> {
    const added = await addedPartitions(this.#partitions, this.#spec, this.#topics);
    if (added.partitions > 0) this.#requestRebalance();
    return added.records;
  }

  #requestRebalance(): void {
    this.#rejoin = true;
    this.#wake.abort();
  }

  async leave(): Promise<void> {
    this.#leaving = true;
    await Promise.race([this.#closeTasks(), this.failed]).catch(() => {});
    await this.#disconnect();
  }

  async #disconnect(): Promise<void> {
    this.#leaving = true;
    this.#left.abort();
    this.#wake.abort();
    await this.#heartbeats;
    await this.#member.leave(LEAVE_MS);
  }

  async #closeTasks(): Promise<void> {
    this.#assigned = [];
    while (this.#tasks.size + this.#opening.size > 0) {
      for (const task of this.#tasks.values()) task.revoke();
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  /** Sends heartbeats and joins rebalances until `leave`. */
  async #sendHeartbeats(): Promise<void> {
    const { clock, settings } = this.#kafka;
    const { signal } = this.#left;
    const beatsPerRefresh = Math.ceil(settings.metadataMaxAgeMs / settings.heartbeatMs);
    for (let beats = 1; ; beats++) {
      await clock.sleep(settings.heartbeatMs, this.#wake.signal);
      this.#wake = new AbortController();
      if (signal.aborted) return;
      const result = await this.#member.heartbeat(signal);
      if (result === 'expelled') this.#loseTasks();
      if (!this.#leaving && beats % beatsPerRefresh === 0) await this.#refreshTopics();
      if (!this.#leaving && (this.#rejoin || result !== 'member')) await this.#join();
    }
  }

  /** Requests a rebalance for added partitions. Throws UserError if the topics no longer match. */
  async #refreshTopics(): Promise<void> {
    const { partitions } = this.#topics;
    this.#topics = await readGroupTopics(this.#partitions, this.#spec, this.#topics);
    if (this.#topics.partitions !== partitions) this.#rejoin = true;
  }

  async #join(): Promise<void> {
    await this.#refreshTopics();
    this.#rejoin = false;
    const { exclusive, group, inputs } = this.#spec;
    const metadata = () => ({
      owned: [...new Set([...this.#tasks.keys(), ...this.#opening.keys(), ...this.#finished])],
      exclusive,
      since: this.#since,
      who: `process ${process.pid} on ${hostname()}, since ${new Date(this.#since).toISOString()}`,
    });
    const { lockedBy, ...assignment } = await this.#member.join(metadata, this.#left.signal);
    if (lockedBy !== undefined) throw groupLockedError(familyOf(group, inputs), lockedBy);
    this.#assign(assignment);
  }

  #assign({ partitions, coming = 0 }: AssignedPartitions): void {
    this.#assigned = partitions;
    for (const [partition, task] of this.#tasks) if (!partitions.includes(partition)) task.revoke();
    for (const partition of partitions)
      if (!this.#tasks.has(partition) && !this.#opening.has(partition) && !this.#finished.has(partition))
        this.#open(partition);
    const opened = () => {
      this.#rebalanceDone();
      if (coming === 0) this.#allAssigned();
    };
    Promise.all(this.#opening.values()).then(opened, opened);
  }

  #open(partition: number): void {
    const opening = this.#opened(partition)
      .then((task) => {
        this.#opening.delete(partition);
        if (task === undefined) return;
        this.#tasks.set(partition, task);
        this.#spec.assigned(task);
        if (!this.#assigned.includes(partition)) task.revoke();
      })
      .catch((error: unknown) => {
        this.#opening.delete(partition);
        this.#failure.fail(error);
      })
      .finally(() => this.#changed());
    this.#opening.set(partition, opening);
  }

  /** Undefined if this process was expelled after the assignment: it must not fence the new owner. */
  async #opened(partition: number): Promise<KafkaTask | undefined> {
    if ((await this.#member.heartbeat(this.#left.signal)) === 'expelled') return undefined;
    // The leader may know more partitions than this process.
    if (partition >= this.#topics.partitions) await this.#refreshTopics();
    const { ids } = this.#topics;
    const isOwned = () => this.#assigned.includes(partition);
    const store = this.#spec.positionsOnly
      ? groupOffsetStore(this.#member, partition, isOwned, ids)
      : await openTransactionalStore(this.#kafka, this.#partitions, this.#spec, partition, ids);
    const ended = (ending: TaskEnding) => this.#ended(partition, ending);
    return openTask(this.#kafka, this.#spec, partition, store, ended, ids);
  }

  /** Called when a task has ended. A lost task is reopened before its release ends, if it is still assigned here. */
  async #ended(partition: number, ending: TaskEnding): Promise<void> {
    this.#tasks.delete(partition);
    if (ending === 'done') this.#finished.add(partition);
    if (ending === 'lost') await this.#reopen(partition);
    // A rebalance can now assign the revoked partitions to others.
    const allOwned = [...this.#tasks.keys()].every((other) => this.#assigned.includes(other));
    if (ending === 'revoked' && allOwned && !this.#leaving) this.#requestRebalance();
    this.#changed();
  }

  async #reopen(partition: number): Promise<void> {
    if (!this.#assigned.includes(partition))
      await Promise.race([this.#rebalance, aborted(this.#left.signal)]);
    else if (
      !this.#leaving &&
      (await this.#member.heartbeat(this.#left.signal).catch(() => '')) !== 'expelled'
    ) {
      if (!this.#opening.has(partition) && this.#assigned.includes(partition)) this.#open(partition);
      await this.#opening.get(partition);
    }
  }

  #loseTasks(): void {
    this.#assigned = [];
    this.#finished.clear();
    this.#rebalance = new Promise<void>((resolve) => {
      this.#rebalanceDone = resolve;
    });
    const sessionText = formatSpan(this.#kafka.settings.sessionTimeoutMs);
    for (const [partition, task] of this.#tasks)
      task.lose(
        new UserError(
          'fenced',
          `partition ${partition} of ${this.#spec.group} was taken from this process: the group received no heartbeat for ${sessionText}; nothing more was committed`,
          'The process continues with the partitions it is assigned next. If this happens often, it was suspended or too slow for longer than its session timeout: raise --kafka-option session-timeout.',
        ),
      );
  }
}
