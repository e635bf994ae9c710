/** A group member as seen by the leader during a rebalance. */
export interface Member {
  readonly id: string;
  /** Its topics. Only members with the same inputs share partitions. */
  readonly inputs: readonly string[];
  /** Partitions it owns now. */
  readonly owned: readonly number[];
  /** Its last generation: if two members claim a partition, the later generation wins. */
  readonly generation: number;
  /** A one-shot run, which needs all partitions. */
  readonly exclusive: boolean;
  /** First join, epoch ms. */
  readonly since: number;
  /** Describes its process, for messages. */
  readonly who: string;
}

/** A member's assignment, sent as JSON: field names are a wire format. `lockedBy`: the member that holds everything. */
export interface AssignedPartitions {
  readonly partitions: readonly number[];
  /** Number of further partitions it will get once their owners release them. */
  readonly coming?: number;
  readonly lockedBy?: string;
}

const byAge = (a: Member, b: Member): number => a.since - b.since || (a.id < b.id ? -1 : 1);

/**
 * Assigns partition numbers to the members that read the same inputs: cooperative and sticky. Each of M members gets
 * P / M partitions, the oldest ones one more for the remainder, and keeps the ones it owns up to that number. A
 * partition that has to move stays unassigned in this generation: its owner commits first, then requests another
 * rebalance. An exclusive member gets everything, the others nothing.
 */
export function assign(members: readonly Member[], partitionsOf: (inputs: readonly string[]) => number) {
  const membersByInputs = new Map<string, Member[]>();
  for (const member of members) {
    const peers = member.inputs.join(',');
    membersByInputs.set(peers, [...(membersByInputs.get(peers) ?? []), member]);
  }
  const assignments = new Map<string, AssignedPartitions>();
  for (const peers of membersByInputs.values())
    for (const [id, assigned] of divide(peers.sort(byAge), partitionsOf(peers[0]!.inputs)))
      assignments.set(id, assigned);
  return assignments;
}

function divide(members: readonly Member[], count: number): Map<string, AssignedPartitions> {
  const ownerOf = ownerByPartition(members, count);
  const exclusives = members.filter(({ exclusive }) => exclusive);
  // An exclusive run does not displace members that already own partitions.
  const holder =
    exclusives.length === 0 ? undefined : (members.find(({ owned }) => owned.length > 0) ?? exclusives[0]!);
  const targets = holder?.exclusive
    ? new Map([[holder.id, range(count)]])
    : equalParts(
        members.filter(({ exclusive }) => !exclusive),
        ownerOf,
        count,
      );
  return new Map(
    members.map((member): [string, AssignedPartitions] => {
      if (member.exclusive && member !== holder)
        return [member.id, { partitions: [], lockedBy: holder!.who }];
      const all = targets.get(member.id) ?? [];
      const partitions = all.filter((p) => (ownerOf.get(p) ?? member) === member).sort((a, b) => a - b);
      const coming = all.length - partitions.length;
      return [member.id, coming > 0 ? { partitions, coming } : { partitions }];
    }),
  );
}

const range = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** Each member's target: owned partitions up to its quota, then free ones. */
function equalParts(
  members: readonly Member[],
  ownerOf: ReadonlyMap<number, Member>,
  count: number,
): Map<string, number[]> {
  const part = (rank: number) => Math.floor(count / members.length) + (rank < count % members.length ? 1 : 0);
  const parts = members.map((member, rank) =>
    range(count)
      .filter((p) => ownerOf.get(p) === member)
      .slice(0, part(rank)),
  );
  const kept = new Set(parts.flat());
  const free = range(count).filter((p) => !kept.has(p));
  return new Map(
    members.map(({ id }, rank) => [
      id,
      [...parts[rank]!, ...free.splice(0, part(rank) - parts[rank]!.length)],
    ]),
  );
}

/** The current owner of each partition; of two claims, the later generation wins. */
function ownerByPartition(members: readonly Member[], count: number): Map<number, Member> {
  const ownerOf = new Map<number, Member>();
  for (const member of members)
    for (const partition of member.owned) {
      const other = ownerOf.get(partition);
      if (partition < count && (other === undefined || member.generation > other.generation))
        ownerOf.set(partition, member);
    }
  return ownerOf;
}
