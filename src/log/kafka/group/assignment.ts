/** A member of a group as its round of joining finds it. */
export interface Member {
  readonly id: string;
  /** Its topics. Members of one group that read other topics share nothing with it. */
  readonly inputs: readonly string[];
  /** Partitions that it has now. */
  readonly owned: readonly number[];
  /** The last round that it knows of: of two that claim a partition the later is right. */
  readonly round: number;
  /** A one-shot run that shares with nobody. */
  readonly exclusive: boolean;
  /** When it first joined, epoch ms. */
  readonly since: number;
  /** Who runs it, for messages. */
  readonly who: string;
}

/** What a member gets; `lockedBy`: nothing, for somebody has it all. */
export interface Share {
  readonly partitions: readonly number[];
  /** So many more are its own when who has them now has handed them over. */
  readonly coming?: number;
  readonly lockedBy?: string;
}

const byAge = (a: Member, b: Member): number => a.since - b.since || (a.id < b.id ? -1 : 1);

/**
 * Who gets which partition number of the topics that a member reads together. Everybody gets P / M of P partitions, the
 * eldest one more when it does not divide; whoever has some keeps them up to that; so few move. A partition that has
 * to move goes to nobody in this round: its owner ends its work first, and asks for another round. While an exclusive
 * member is in, it has all and the others nothing.
 */
export function assign(members: readonly Member[], partitionsOf: (inputs: readonly string[]) => number) {
  const families = new Map<string, Member[]>();
  for (const member of members) {
    const family = member.inputs.join(',');
    families.set(family, [...(families.get(family) ?? []), member]);
  }
  const shares = new Map<string, Share>();
  for (const family of families.values())
    for (const [id, share] of divide(family.sort(byAge), partitionsOf(family[0]!.inputs)))
      shares.set(id, share);
  return shares;
}

function divide(members: readonly Member[], count: number): Map<string, Share> {
  const owners = ownersOf(members, count);
  const exclusives = members.filter(({ exclusive }) => exclusive);
  // Whoever was at work before an exclusive run came is not driven out by it.
  const holder =
    exclusives.length === 0 ? undefined : (members.find(({ owned }) => owned.length > 0) ?? exclusives[0]!);
  const wanted = holder?.exclusive
    ? new Map([[holder.id, range(count)]])
    : equalParts(
        members.filter(({ exclusive }) => !exclusive),
        owners,
        count,
      );
  return new Map(
    members.map((member): [string, Share] => {
      if (member.exclusive && member !== holder)
        return [member.id, { partitions: [], lockedBy: holder!.who }];
      const all = wanted.get(member.id) ?? [];
      const partitions = all.filter((p) => (owners.get(p) ?? member) === member).sort((a, b) => a - b);
      const coming = all.length - partitions.length;
      return [member.id, coming > 0 ? { partitions, coming } : { partitions }];
    }),
  );
}

const range = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** What each should have in the end: up to its part of what it has, then of what nobody keeps. */
function equalParts(
  members: readonly Member[],
  owners: ReadonlyMap<number, Member>,
  count: number,
): Map<string, number[]> {
  const part = (rank: number) => Math.floor(count / members.length) + (rank < count % members.length ? 1 : 0);
  const parts = members.map((member, rank) =>
    range(count)
      .filter((p) => owners.get(p) === member)
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

/** The member that has a partition now; of two that claim it, the one that knows the later round. */
function ownersOf(members: readonly Member[], count: number): Map<number, Member> {
  const owners = new Map<number, Member>();
  for (const member of members)
    for (const partition of member.owned) {
      const other = owners.get(partition);
      if (partition < count && (other === undefined || member.round > other.round))
        owners.set(partition, member);
    }
  return owners;
}
