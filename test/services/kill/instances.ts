import { AssignerProtocol, type Kafka } from 'kafkajs';

export interface GroupMembership {
  /** Number of members. */
  readonly members: number;
  /** Number of assigned partitions. */
  readonly partitions: number;
}

/** Reads a group's members and partitions from its coordinator; no partitions during a rebalance. */
export function groupMembership(client: Kafka): (group: string) => Promise<GroupMembership> {
  return async (group) => {
    const admin = client.admin();
    await admin.connect();
    try {
      const { members, state } = (await admin.describeGroups([group])).groups[0]!;
      if (state !== 'Stable') return { members: members.length, partitions: 0 };
      const partitions = members.map(({ memberAssignment }) => {
        const { assignment = {} } = AssignerProtocol.MemberAssignment.decode(memberAssignment) ?? {};
        return Object.values(assignment)[0]?.length ?? 0;
      });
      return { members: members.length, partitions: partitions.reduce((sum, count) => sum + count, 0) };
    } finally {
      await admin.disconnect();
    }
  };
}
