import { UserError } from '../../../core/errors.ts';
import type { Millis } from '../../../core/util/time.ts';
import { groupLockedError } from '../../log.ts';
import type { Range } from '../storage/rows.ts';
import { type LeaseRow, type LogStore, type MemberRow, transact } from '../storage/store.ts';
import { mayLive, thisOwner } from './owner.ts';

/** A member without a heartbeat for this long counts as dead; its partitions go to the others. */
export const LEASE_MS: Millis = 6000;
export const HEARTBEAT_MS: Millis = 1000;

/*
 * `at` is monotonic time, which all processes of a machine share, so that setting the wall clock neither ends a lease nor
 * extends a dead one.
 */

/** One process's membership in a family of tasks (a group and its inputs). */
export interface GroupMember {
  readonly family: string;
  readonly member: string;
  readonly exclusive: boolean;
  readonly since: Millis;
}

/** The result of a heartbeat: its leases (partition -> epoch), and those to give back for a fair share. */
export interface Assignment {
  readonly leases: ReadonlyMap<number, number>;
  readonly surplus: readonly number[];
  /** Number of partitions of its share that others still hold. */
  readonly missing: number;
}

/** A row from before the machine's last start-up may be dated far ahead, and is as dead as one far behind. */
const alive = (row: MemberRow, at: Millis): boolean =>
  Math.abs(at - row.seen) < LEASE_MS && mayLive(row.owner);

/** Rows of a family: keys [family, x] for every x. */
function rowsOf<V>(
  table: { getRange(options: Range): Iterable<{ key: readonly [string, string | number]; value: V }> },
  family: string,
): [string | number, V][] {
  const range = { start: [family], end: [`${family}\u0001`] };
  return Array.from(table.getRange(range), ({ key, value }) => [key[1], value]);
}

export const describeOwner = ({ owner, since }: MemberRow): string =>
  `process ${owner.pid} on ${owner.host}, since ${new Date(since).toISOString()}`;

/** A living member of a group, whatever its inputs. Call it inside the transaction that relies on it. */
export function livingMember(store: LogStore, group: string, now: Millis): MemberRow | undefined {
  const range = { start: [`${group} (`], end: [`${group} )`] };
  for (const { value } of store.members.getRange(range)) if (alive(value, now)) return value;
  return undefined;
}

/** Joins a family. An exclusive member must be alone, otherwise throws UserError `locked` with the other one. */
export async function joinFamily(store: LogStore, self: GroupMember, at: Millis): Promise<void> {
  const holder = await transact(store, () => {
    const others = rowsOf(store.members, self.family).filter(([, row]) => alive(row, at));
    if (self.exclusive && others.length > 0) return others[0]![1];
    putMember(store, self, at);
    return undefined;
  });
  if (holder !== undefined) throw groupLockedError(self.family, describeOwner(holder));
}

const rowOf = (self: GroupMember, at: Millis): MemberRow => ({
  owner: thisOwner(),
  exclusive: self.exclusive,
  since: self.since,
  seen: at,
});

function putMember(store: LogStore, self: GroupMember, at: Millis): void {
  store.members.put([self.family, self.member], rowOf(self, at));
}

/**
 * Renews this membership, removes dead members, and takes free partitions up to a fair share: P / M of P partitions for
 * each of M members, with one more for the oldest members if it does not divide, so that few tasks move. It does not
 * retake `finished` partitions.
 */
export function heartbeat(
  store: LogStore,
  self: GroupMember,
  partitions: number,
  at: Millis,
  finished: ReadonlySet<number>,
): Promise<Assignment> {
  return transact(store, () => {
    const members = new Map<string, MemberRow>();
    for (const [name, row] of rowsOf(store.members, self.family)) {
      const member = name as string;
      if (member === self.member || alive(row, at)) members.set(member, row);
      else store.members.remove([self.family, member]);
    }
    putMember(store, self, at);
    members.set(self.member, rowOf(self, at));
    const seniority = ([name, { since }]: [string, MemberRow]): string =>
      `${String(since).padStart(16, '0')} ${name}`;
    const names = [...members].sort((a, b) => (seniority(a) < seniority(b) ? -1 : 1)).map(([name]) => name);
    const exclusive = names.find((name) => members.get(name)?.exclusive);
    const rank = names.indexOf(self.member);
    const fair =
      exclusive !== undefined && exclusive !== self.member
        ? 0
        : exclusive === self.member
          ? partitions
          : Math.floor(partitions / names.length) + (rank < partitions % names.length ? 1 : 0);
    const leases = new Map<number, LeaseRow>(rowsOf(store.leases, self.family) as [number, LeaseRow][]);
    const own = new Map<number, number>();
    for (const [partition, lease] of leases)
      if (lease.member === self.member) own.set(partition, lease.epoch);
    for (let partition = 0; partition < partitions && own.size < fair; partition++) {
      const lease = leases.get(partition);
      if (
        own.has(partition) ||
        finished.has(partition) ||
        (lease?.member != null && members.has(lease.member))
      )
        continue;
      const epoch = (lease?.epoch ?? 0) + 1;
      store.leases.put([self.family, partition], { member: self.member, owner: thisOwner(), epoch });
      own.set(partition, epoch);
    }
    const surplus = [...own.keys()].sort((a, b) => b - a).slice(0, Math.max(0, own.size - fair));
    return { leases: own, surplus, missing: Math.max(0, fair - own.size) };
  });
}

/** Inside a transaction: undefined if the lease is still valid, otherwise the row that replaced it. */
export function newOwner(store: LogStore, family: string, partition: number, member: string, epoch: number) {
  const lease = store.leases.get([family, partition]);
  return lease?.member === member && lease.epoch === epoch ? undefined : (lease ?? null);
}

/** Releases a partition; false if another process already owns it. The epoch is kept, so that the next owner's is larger. */
export function yieldLease(
  store: LogStore,
  family: string,
  partition: number,
  member: string,
  epoch: number,
) {
  return transact(store, () => {
    if (newOwner(store, family, partition, member, epoch) !== undefined) return false;
    store.leases.put([family, partition], { member: null, owner: thisOwner(), epoch });
    return true;
  });
}

export function leaveFamily(store: LogStore, self: GroupMember): Promise<void> {
  return transact(store, () => {
    store.members.remove([self.family, self.member]);
  });
}

/** The error of a process that finds its partition taken over. */
export function fencedError(family: string, partition: number, lease: LeaseRow | null): UserError {
  const taker =
    lease?.member == null
      ? 'it was released'
      : `process ${lease.owner.pid} on ${lease.owner.host} took it over`;
  return new UserError(
    'fenced',
    `partition ${partition} of ${family} is no longer this process's: ${taker} (epoch ${lease?.epoch ?? 0}); nothing was committed`,
    'The run continues with its remaining partitions. If this happens often, the process is suspended or too slow for its lease: use a less busy machine.',
  );
}
