import { MemberMetadata } from 'kafkajs/src/consumer/assignerProtocol.js';
import { familyOf, runBy } from '../../log.ts';
import type { Kafka } from '../kafka.ts';

/** Somebody in a group, as the coordinator knows him. */
export interface MemberInfo {
  /** Topics it reads; undefined while the group is in the middle of a new round. */
  readonly inputs: readonly string[] | undefined;
  /** A process and its host. */
  readonly who: string;
}

/** Who is in a group now; nobody when there is no such group. */
export async function membersOf(kafka: Kafka, group: string): Promise<readonly MemberInfo[]> {
  const { groups } = await kafka.admin((admin) => admin.describeGroups([group]));
  return (groups[0]?.members ?? []).map(({ clientId, clientHost, memberMetadata }) => {
    const fallback = `${clientId} at ${clientHost.replace(/^\//, '')}`;
    if (memberMetadata.length === 0) return { inputs: undefined, who: fallback };
    const { topics, userData } = MemberMetadata.decode(memberMetadata);
    return { inputs: topics, who: whoIn(userData) ?? fallback };
  });
}

/** Our members say who they are; another program's say nothing that we can read. */
function whoIn(userData: Buffer | null): string | undefined {
  try {
    return (JSON.parse(String(userData)) as { who?: string }).who;
  } catch {
    return undefined;
  }
}

/** Throws Problem `locked` when somebody reads the same topics in this group; two at once are told apart by the round. */
export async function refuseWhenTaken(kafka: Kafka, group: string, inputs: readonly string[]): Promise<void> {
  const same = inputs.join(',');
  const holder = (await membersOf(kafka, group)).find((member) => member.inputs?.join(',') === same);
  if (holder !== undefined) throw runBy(familyOf(group, inputs), holder.who);
}
