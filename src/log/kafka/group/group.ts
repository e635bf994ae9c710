import { hostname } from 'node:os';
import { UserError } from '../../../core/errors.ts';
import { aborted } from '../../../core/util/aborted.ts';
import { deferredRejection } from '../../../core/util/deferred-rejection.ts';
import { formatSpan } from '../../../core/util/time.ts';
import { equalCount, familyOf, type GroupSpec, type Membership, runBy } from '../../log.ts';
import type { Partitions } from '../client/partitions.ts';
import type { Kafka } from '../kafka.ts';
import type { Share } from './assignment.ts';
import { GroupMember } from './group-member.ts';
import { addedTo, type GroupTopics, lookAt, makeStateTopic } from './group-topics.ts';
import { refuseWhenTaken } from './members.ts';
import { positionsLedger, transactionalLedger } from './offset-store.ts';
import { type Ending, type KafkaTask, openTask } from './task.ts';

/** How long leaving may take; the session's end does the rest. */
const LEAVE_MS = 2000;

/** Takes a seat in the group and keeps it, opening and closing tasks as the rounds go, until `leave`. */
export async function joinGroup(kafka: Kafka, partitions: Partitions, spec: GroupSpec): Promise<Membership> {
  const counts = await Promise.all(spec.inputs.map((topic) => partitions.count(topic)));
  const count = equalCount(spec.inputs, counts);
  if (spec.exclusive) await refuseWhenTaken(kafka, spec.group, spec.inputs);
  if (!spec.positionsOnly) await makeStateTopic(partitions, spec.group, count);
  const group = new Group(kafka, partitions, spec, await lookAt(partitions, spec));
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
  readonly #partitions: Partitions;
  readonly #spec: GroupSpec;
  readonly #seat: GroupMember;
  readonly #since: number;
  /** As of the last look. */
  #topics: GroupTopics;
  readonly #tasks = new Map<number, KafkaTask>();
  readonly #opening = new Map<number, Promise<void>>();
  /** Partitions whose task ended of its own accord (a one-shot run): taken again, they would read past its end. */
  readonly #finished = new Set<number>();
  readonly #left = new AbortController();
  #leaving = false;
  #share: readonly number[] = [];
  /** Another round is wanted, without waiting for the next heartbeat. */
  #rejoin = false;
  #wake = new AbortController();
  /** Resolves when the present round's tasks are open; after falling out of the group, those of the next. */
  #round: Promise<unknown> = Promise.resolve();
  #roundOpen: () => void = () => {};
  /** Called when a task has been opened or has ended. */
  #changed = () => {};
  #beating: Promise<void> = Promise.resolve();
  #settle: () => void = () => {};
  readonly settled = new Promise<void>((resolve) => {
    this.#settle = resolve;
  });

  constructor(kafka: Kafka, partitions: Partitions, spec: GroupSpec, topics: GroupTopics) {
    this.#topics = topics;
    this.#kafka = kafka;
    this.#partitions = partitions;
    this.#spec = spec;
    this.#seat = new GroupMember(kafka, spec.group, spec.inputs, (topic) => partitions.count(topic));
    this.#since = kafka.clock.now();
  }

  /** Joins, opens what it is given, and goes on beating. */
  async begin(): Promise<void> {
    try {
      await this.#join();
      this.#beating = this.#beat().catch((error: unknown) => {
        if (!this.#left.signal.aborted) this.#failure.fail(error);
      });
      await Promise.race([Promise.all(this.#opening.values()), this.failed]);
    } catch (error) {
      await this.#stand();
      throw error;
    }
  }

  /** Also asks for another round when there is something to share out. */
  async unread(): Promise<number> {
    const added = await addedTo(this.#partitions, this.#spec, this.#topics);
    if (added.partitions > 0) this.#askForRound();
    return added.records;
  }

  #askForRound(): void {
    this.#rejoin = true;
    this.#wake.abort();
  }

  async leave(): Promise<void> {
    this.#leaving = true;
    await Promise.race([this.#drain(), this.failed]).catch(() => {});
    await this.#stand();
  }

  async #stand(): Promise<void> {
    this.#leaving = true;
    this.#left.abort();
    this.#wake.abort();
    await this.#beating;
    await this.#seat.leave(LEAVE_MS);
  }

  async #drain(): Promise<void> {
    this.#share = [];
    while (this.#tasks.size + this.#opening.size > 0) {
      for (const task of this.#tasks.values()) task.revoke();
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  /** Says that this member lives, for as long as it does, and takes part in new rounds. */
  async #beat(): Promise<void> {
    const { clock, settings } = this.#kafka;
    const { signal } = this.#left;
    const looks = Math.ceil(settings.metadataMaxAgeMs / settings.heartbeatMs);
    for (let beats = 1; ; beats++) {
      await clock.sleep(settings.heartbeatMs, this.#wake.signal);
      this.#wake = new AbortController();
      if (signal.aborted) return;
      const pulse = await this.#seat.beat(signal);
      if (pulse === 'unseated') this.#loseAll();
      if (!this.#leaving && beats % looks === 0) await this.#look();
      if (!this.#leaving && (this.#rejoin || pulse !== 'seated')) await this.#join();
    }
  }

  /** Partitions that were added are shared out in another round. Throws Problem when the group cannot go on with them. */
  async #look(): Promise<void> {
    const { partitions } = this.#topics;
    this.#topics = await lookAt(this.#partitions, this.#spec, this.#topics);
    if (this.#topics.partitions !== partitions) this.#rejoin = true;
  }

  async #join(): Promise<void> {
    await this.#look();
    this.#rejoin = false;
    const { exclusive, group, inputs } = this.#spec;
    const claim = () => ({
      owned: [...new Set([...this.#tasks.keys(), ...this.#opening.keys(), ...this.#finished])],
      exclusive,
      since: this.#since,
      who: `process ${process.pid} on ${hostname()}, since ${new Date(this.#since).toISOString()}`,
    });
    const share = await this.#seat.join(claim, this.#left.signal);
    if (share.lockedBy !== undefined) throw runBy(familyOf(group, inputs), share.lockedBy);
    this.#take(share);
  }

  #take({ partitions, coming = 0 }: Share): void {
    this.#share = partitions;
    for (const [partition, task] of this.#tasks) if (!partitions.includes(partition)) task.revoke();
    for (const partition of partitions)
      if (!this.#tasks.has(partition) && !this.#opening.has(partition) && !this.#finished.has(partition))
        this.#open(partition);
    const opened = () => {
      this.#roundOpen();
      if (coming === 0) this.#settle();
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
        if (!this.#share.includes(partition)) task.revoke();
      })
      .catch((error: unknown) => {
        this.#opening.delete(partition);
        this.#failure.fail(error);
      })
      .finally(() => this.#changed());
    this.#opening.set(partition, opening);
  }

  /** Undefined for a process that stood still since it was given the partition: it must not fence who has it by now. */
  async #opened(partition: number): Promise<KafkaTask | undefined> {
    if ((await this.#seat.beat(this.#left.signal)) === 'unseated') return undefined;
    // Whoever shares out may have seen more partitions than this process.
    if (partition >= this.#topics.partitions) await this.#look();
    const { ids } = this.#topics;
    const ours = () => this.#share.includes(partition);
    const ledger = this.#spec.positionsOnly
      ? positionsLedger(this.#seat, partition, ours, ids)
      : await transactionalLedger(this.#kafka, this.#partitions, this.#spec, partition, ids);
    const ended = (ending: Ending) => this.#ended(partition, ending);
    return openTask(this.#kafka, this.#spec, partition, ledger, ended, ids);
  }

  /** A task has ended. One that fell out is taken up again before its release ends, if the group still gives it to us. */
  async #ended(partition: number, ending: Ending): Promise<void> {
    this.#tasks.delete(partition);
    if (ending === 'done') this.#finished.add(partition);
    if (ending === 'lost') await this.#takeUpAgain(partition);
    // What was withheld from others until now is given out in another round.
    const kept = [...this.#tasks.keys()].every((other) => this.#share.includes(other));
    if (ending === 'revoked' && kept && !this.#leaving) this.#askForRound();
    this.#changed();
  }

  async #takeUpAgain(partition: number): Promise<void> {
    if (!this.#share.includes(partition)) await Promise.race([this.#round, aborted(this.#left.signal)]);
    else if (!this.#leaving && (await this.#seat.beat(this.#left.signal).catch(() => '')) !== 'unseated') {
      if (!this.#opening.has(partition) && this.#share.includes(partition)) this.#open(partition);
      await this.#opening.get(partition);
    }
  }

  #loseAll(): void {
    this.#share = [];
    this.#finished.clear();
    this.#round = new Promise<void>((resolve) => {
      this.#roundOpen = resolve;
    });
    const away = formatSpan(this.#kafka.settings.sessionTimeoutMs);
    for (const [partition, task] of this.#tasks)
      task.lose(
        new UserError(
          'fenced',
          `partition ${partition} of ${this.#spec.group} is no longer this process's: the group had not heard of it for ${away}; nothing more was committed`,
          'It goes on with the partitions it still gets. Often? It was stopped or too slow for longer than its session: give it a longer --kafka-option session-timeout.',
        ),
      );
  }
}
