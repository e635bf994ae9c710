import { MemberAssignment, MemberMetadata } from 'kafkajs/src/consumer/assignerProtocol.js';
import type { Millis } from '../../../core/util/time.ts';
import { withTimeout } from '../../../core/util/timeout.ts';
import type { Connection } from '../client/connection.ts';
import { isOutOfGroup, typeOf } from '../client/errors.ts';
import type { Kafka } from '../kafka.ts';
import { assign, type Member, type Share } from './assignment.ts';
import type { positionsOf } from './positions.ts';

/** Name of the assigner; every member of a group must have the same. */
const PROTOCOL = 'cryptopipe-cooperative-sticky';

/** What a member tells the one that assigns. */
export type Assignment = Omit<Member, 'id' | 'inputs' | 'round'>;

/** How a heartbeat was answered: go on; a new round has begun; the seat is gone and with it all partitions. */
export type Pulse = 'seated' | 'new round' | 'unseated';

/** A place in a group: joins its rounds, says that it lives, leaves. On a link of its own, for joins wait. */
export class GroupMember {
  readonly #kafka: Kafka;
  readonly #link: Connection;
  #memberId = '';
  #round = -1;
  /** The round being joined, or the last one. */
  #joining: Promise<unknown> = Promise.resolve();

  constructor(
    kafka: Kafka,
    readonly group: string,
    readonly inputs: readonly string[],
    readonly partitionsOf: (topic: string) => Promise<number>,
  ) {
    this.#kafka = kafka;
    this.#link = kafka.link();
  }

  /** Takes part in the next round; resolves when everybody has. */
  join(claim: () => Assignment, signal: AbortSignal): Promise<Share> {
    const joining = this.#join(claim, signal);
    this.#joining = joining.catch(() => {});
    return joining;
  }

  async #join(claim: () => Assignment, signal: AbortSignal): Promise<Share> {
    const { sessionTimeoutMs, rebalanceTimeoutMs } = this.#kafka.settings;
    // Whoever is to be alone waits for nobody.
    const waitMs = claim().exclusive ? sessionTimeoutMs : rebalanceTimeoutMs;
    for (;;) {
      try {
        await this.#kafka.persist(this.#link, () => this.#link.coordinator('group', this.group), { signal });
        return await this.#kafka.persist(this.#link, () => this.#once(claim), {
          signal,
          waitMs,
          pass: (error) => isOutOfGroup(error) || typeOf(error) === 'REBALANCE_IN_PROGRESS',
        });
      } catch (error) {
        if (signal.aborted) throw error;
        if (typeOf(error) === 'UNKNOWN_MEMBER_ID') this.#memberId = '';
        else if (!isOutOfGroup(error) && typeOf(error) !== 'REBALANCE_IN_PROGRESS') throw error;
      }
    }
  }

  async #once(claim: () => Assignment): Promise<Share> {
    const { sessionTimeoutMs, rebalanceTimeoutMs } = this.#kafka.settings;
    const broker = await this.#link.coordinator('group', this.group);
    const userData = Buffer.from(JSON.stringify({ ...claim(), round: this.#round }));
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
    this.#round = joined.generationId;
    const answer = MemberAssignment.decode(memberAssignment)?.userData;
    return answer === undefined || answer.length === 0
      ? { partitions: [] }
      : (JSON.parse(answer.toString()) as Share);
  }

  /** This member was chosen to divide the partitions. The topics stand in the answer too, for Kafka's own tools. */
  async #assign(joined: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[]) {
    const members = joined.map(({ memberId, memberMetadata }): Member => {
      const { topics, userData } = MemberMetadata.decode(memberMetadata);
      return {
        ...(JSON.parse(userData.toString()) as Omit<Member, 'id' | 'inputs'>),
        id: memberId,
        inputs: topics,
      };
    });
    const counts = new Map<string, number>();
    for (const { inputs } of members)
      for (const topic of inputs) counts.set(topic, await this.partitionsOf(topic));
    const shares = assign(members, ([topic = '']) => counts.get(topic) ?? 0);
    return members.map(({ id, inputs }) => {
      const share = shares.get(id)!;
      const assignment = Object.fromEntries(inputs.map((topic) => [topic, share.partitions]));
      const userData = Buffer.from(JSON.stringify(share));
      return {
        memberId: id,
        memberAssignment: MemberAssignment.encode({ version: 0, assignment, userData }),
      };
    });
  }

  async beat(signal: AbortSignal): Promise<Pulse> {
    const pass = (error: unknown) => isOutOfGroup(error) || typeOf(error) === 'REBALANCE_IN_PROGRESS';
    try {
      await this.#kafka.persist(
        this.#link,
        async () => {
          const broker = await this.#link.coordinator('group', this.group);
          await broker.heartbeat({
            groupId: this.group,
            groupGenerationId: this.#round,
            memberId: this.#memberId,
          });
        },
        { signal, pass },
      );
      return 'seated';
    } catch (error) {
      if (typeOf(error) === 'REBALANCE_IN_PROGRESS') return 'new round';
      if (isOutOfGroup(error)) return 'unseated';
      throw error;
    }
  }

  /**
   * Positions outside a transaction; the coordinator refuses them from whoever is not seated, which throws. Goes on in
   * the next round while `ours`.
   */
  async commit(topics: ReturnType<typeof positionsOf>, ours: () => boolean): Promise<void> {
    const { shared } = this.#kafka;
    for (;;) {
      await this.#joining;
      const round = this.#round;
      try {
        return await this.#kafka.persist(
          shared,
          async () => {
            const broker = await shared.coordinator('group', this.group);
            const seat = { groupId: this.group, groupGenerationId: this.#round, memberId: this.#memberId };
            await broker.offsetCommit({ ...seat, topics });
          },
          { pass: isOutOfGroup },
        );
      } catch (error) {
        if (!isOutOfGroup(error) || this.#round === round || !ours()) throw error;
      }
    }
  }

  /** Gives the place up at once, so that the others need not wait for the session to end. */
  async leave(span: Millis): Promise<void> {
    const { clock } = this.#kafka;
    const leaving = (async () => {
      const broker = await this.#link.coordinator('group', this.group);
      await broker.leaveGroup({ groupId: this.group, memberId: this.#memberId });
    })().catch(() => {});
    await withTimeout(clock, span, leaving, () => {});
    this.#kafka.unlink(this.#link);
  }
}
