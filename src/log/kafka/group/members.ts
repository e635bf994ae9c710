import { MemberMetadata } from 'kafkajs/src/consumer/assignerProtocol.js';
import { familyOf, groupLockedError } from '../../log.ts';
import type { Kafka } from '../kafka.ts';

/** A group member as reported by the coordinator. */
export interface MemberInfo {
  /** Topics it reads; undefined during a rebalance. */
  readonly inputs: readonly string[] | undefined;
  /** Its process and host. */
  readonly who: string;
}

/** Current members; empty if the group does not exist. */
export async function membersOf(kafka: Kafka, group: string): Promise<readonly MemberInfo[]> {
  const { groups } = await kafka.admin((admin) => admin.describeGroups([group]));
  return (groups[0]?.members ?? []).map(({ clientId, clientHost, memberMetadata }) => {
    const fallback = `${clientId} at ${clientHost.replace(/^\//, '')}`;
    if (memberMetadata.length === 0) return { inputs: undefined, who: fallback };
    const { topics, userData } = MemberMetadata.decode(memberMetadata);
    return { inputs: topics, who: describedBy(userData) ?? fallback };
  });
}

/** Cryptopipe's members describe themselves; user data of other programs has another format. */
function describedBy(userData: Buffer | null): string | undefined {
  try {
    return (JSON.parse(String(userData)) as { who?: string }).who;
  } catch {
    return undefined;
  }
}

/** Throws UserError `locked` if a member already reads the same topics. The rebalance decides between members that join at the same time. */
export async function requireUnlocked(kafka: Kafka, group: string, inputs: readonly string[]): Promise<void> {
  const same = inputs.join(',');
  const holder = (await membersOf(kafka, group)).find((member) => member.inputs?.join(',') === same);
  if (holder !== undefined) throw groupLockedError(familyOf(group, inputs), holder.who);
}
