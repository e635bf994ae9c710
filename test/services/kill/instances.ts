import { AssignerProtocol, type Kafka } from 'kafkajs';

export interface Seats {
  /** Processes in the group. */
  readonly members: number;
  /** Partitions that they have together. */
  readonly partitions: number;
}

/** Who sits in a group, as its coordinator says; nobody while it is between two rounds. */
export function seatsIn(client: Kafka): (group: string) => Promise<Seats> {
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
