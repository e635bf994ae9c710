import { MemberAssignment, MemberMetadata } from 'kafkajs/src/consumer/assignerProtocol.js';
import type { Millis } from '../../../core/util/time.ts';
import { withTimeout } from '../../../core/util/timeout.ts';
import type { Connection } from '../client/connection.ts';
import { errorType, isExpelled } from '../client/kafka-errors.ts';
import type { Kafka } from '../kafka.ts';
import { type AssignedPartitions, assign, type Member } from './assignment.ts';
import type { commitEntries } from './commit-entries.ts';

/** Assignor name; all members of a group must use the same. */
const PROTOCOL = 'cryptopipe-cooperative-sticky';

/** What a member reports about itself when it joins; sent to the group's leader. */
export type JoinMetadata = Omit<Member, 'id' | 'inputs' | 'generation'>;

/** Join metadata as sent, in JSON. `round` is the generation: the name is a wire format, shared with older processes. */
type WireMetadata = JoinMetadata & { readonly round: number };

/** Outcome of a heartbeat. `expelled`: the member has lost all its partitions. */
export type HeartbeatResult = 'member' | 'rebalance' | 'expelled';

/** A group membership: joins rebalances, sends heartbeats, leaves. It has its own connection because JoinGroup blocks. */
export class GroupMember {
  readonly #kafka: Kafka;
  readonly #connection: Connection;
  #memberId = '';
  #generation = -1;
  /** The current or last join. */
  #joining: Promise<unknown> = Promise.resolve();

  constructor(
    kafka: Kafka,
    readonly group: string,
    readonly inputs: readonly string[],
    readonly partitionsOf: (topic: string) => Promise<number>,
  ) {
    this.#kafka = kafka;
    this.#connection = kafka.openConnection();
  }

  /** Joins the next generation; resolves when all members have joined. */
  join(metadata: () => JoinMetadata, signal: AbortSignal): Promise<AssignedPartitions> {
    const joining = this.#join(metadata, signal);
    this.#joining = joining.catch(() => {});
    return joining;
  }

  async #join(metadata: () => JoinMetadata, signal: AbortSignal): Promise<AssignedPartitions> {
    const { sessionTimeoutMs, rebalanceTimeoutMs } = this.#kafka.settings;
    // An exclusive member does not wait for others to commit.
    const waitMs = metadata().exclusive ? sessionTimeoutMs : rebalanceTimeoutMs;
    for (;;) {
      try {
        await this.#kafka.retry(this.#connection, () => this.#connection.coordinator('group', this.group), {
          signal,
        });
        return await this.#kafka.retry(this.#connection, () => this.#once(metadata), {
          signal,
          waitMs,
          pass: (error) => isExpelled(error) || errorType(error) === 'REBALANCE_IN_PROGRESS',
        });
      } catch (error) {
        if (signal.aborted) throw error;
        if (errorType(error) === 'UNKNOWN_MEMBER_ID') this.#memberId = '';
        else if (!isExpelled(error) && errorType(error) !== 'REBALANCE_IN_PROGRESS') throw error;
      }
    }
  }

  async #once(metadata: () => JoinMetadata): Promise<AssignedPartitions> {
    const { sessionTimeoutMs, rebalanceTimeoutMs } = this.#kafka.settings;
    const broker = await this.#connection.coordinator('group', this.group);
    const sent: WireMetadata = { ...metadata(), round: this.#generation };
    const userData = Buffer.from(JSON.stringify(sent));
    const joined = await broker.joinGroup({
      groupId: this.group,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: rebalanceTimeoutMs,
      memberId: this.#memberId,
      protocolType: 'consumer',
      groupProtocols: [
        { name: PROTOCOL, metadata: MemberMetadata.encode({ version: 0, topics: this.inputs, userData }) },
      ],
    });
    this.#memberId = joined.memberId;
    const groupAssignment = joined.leaderId === joined.memberId ? await this.#assign(joined.members) : [];
    const { memberAssignment } = await broker.syncGroup({
      groupId: this.group,
      generationId: joined.generationId,
      memberId: joined.memberId,
      groupAssignment,
    });
    this.#generation = joined.generationId;
    const answer = MemberAssignment.decode(memberAssignment)?.userData;
    return answer === undefined || answer.length === 0
      ? { partitions: [] }
      : (JSON.parse(answer.toString()) as AssignedPartitions);
  }

  /** Runs on the group's leader. The assignment also lists topics, for Kafka's own tools. */
  async #assign(joined: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[]) {
    const members = joined.map(({ memberId, memberMetadata }): Member => {
      const { topics, userData } = MemberMetadata.decode(memberMetadata);
      const { round, ...reported } = JSON.parse(userData.toString()) as WireMetadata;
      return { ...reported, generation: round, id: memberId, inputs: topics };
    });
    const counts = new Map<string, number>();
    for (const { inputs } of members)
      for (const topic of inputs) counts.set(topic, await this.partitionsOf(topic));
    const assignments = assign(members, ([topic = '']) => counts.get(topic) ?? 0);
    return members.map(({ id, inputs }) => {
      const assigned = assignments.get(id)!;
      const assignment = Object.fromEntries(inputs.map((topic) => [topic, assigned.partitions]));
      const userData = Buffer.from(JSON.stringify(assigned));
      return {
        memberId: id,
        memberAssignment: MemberAssignment.encode({ version: 0, assignment, userData }),
      };
    });
  }

  async heartbeat(signal: AbortSignal): Promise<HeartbeatResult> {
    const pass = (error: unknown) => isExpelled(error) || errorType(error) === 'REBALANCE_IN_PROGRESS';
    try {
      await this.#kafka.retry(
        this.#connection,
        async () => {
          const broker = await this.#connection.coordinator('group', this.group);
          await broker.heartbeat({
            groupId: this.group,
            groupGenerationId: this.#generation,
            memberId: this.#memberId,
          });
        },
        { signal, pass },
      );
      return 'member';
    } catch (error) {
      if (errorType(error) === 'REBALANCE_IN_PROGRESS') return 'rebalance';
      if (isExpelled(error)) return 'expelled';
      throw error;
    }
  }

  /**
   * Commits offsets outside a transaction; throws if the coordinator has expelled this member. Retries in the next
   * generation while `isOwned()`.
   */
  async commit(topics: ReturnType<typeof commitEntries>, isOwned: () => boolean): Promise<void> {
    const { shared } = this.#kafka;
    for (;;) {
      await this.#joining;
      const generation = this.#generation;
      try {
        return await this.#kafka.retry(
          shared,
          async () => {
            const broker = await shared.coordinator('group', this.group);
            const member = {
              groupId: this.group,
              groupGenerationId: this.#generation,
              memberId: this.#memberId,
            };
            await broker.offsetCommit({ ...member, topics });
          },
          { pass: isExpelled },
        );
      } catch (error) {
        if (!isExpelled(error) || this.#generation === generation || !isOwned()) throw error;
      }
    }
  }

  /** Leaves at once, so that others need not wait for the session timeout. */
  async leave(span: Millis): Promise<void> {
    const { clock } = this.#kafka;
    const leaving = (async () => {
      const broker = await this.#connection.coordinator('group', this.group);
      await broker.leaveGroup({ groupId: this.group, memberId: this.#memberId });
    })().catch(() => {});
    await withTimeout(clock, span, leaving, () => {});
    this.#kafka.closeConnection(this.#connection);
  }
}
