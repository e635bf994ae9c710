import { UserError } from '../../../core/errors.ts';
import type { Millis } from '../../../core/util/time.ts';
import { runBy } from '../../log.ts';
import type { Range } from '../storage/rows.ts';
import { type LeaseRow, type MemberRow, type Store, transact } from '../storage/store.ts';
import { mayLive, thisOwner } from './owner.ts';

/** A member unheard of for this long is taken for dead; its partitions go to the others. */
export const LEASE_MS: Millis = 6000;
export const HEARTBEAT_MS: Millis = 1000;

/*
 * `at` is monotonic time, which all processes of a machine share: a wall clock that is set neither ends a lease nor
 * keeps a dead one.
 */

/** One process's place in a family of tasks (a group and its inputs). */
export interface Seat {
  readonly family: string;
  readonly member: string;
  readonly exclusive: boolean;
  readonly since: Millis;
}

/** What a heartbeat found: leases held now (partition -> epoch), and those to give back for a fair share. */
export interface Share {
  readonly held: ReadonlyMap<number, number>;
  readonly surplus: readonly number[];
  /** So many of its share are still held by others. */
  readonly missing: number;
}

/** A row of before the machine's last start-up may be dated far ahead: it is as dead as one far behind. */
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

/** Somebody of a group, whatever its inputs are. Inside a transaction, to act upon it. */
export function livingMember(store: Store, group: string, now: Millis): MemberRow | undefined {
  const range = { start: [`${group} (`], end: [`${group} )`] };
  for (const { value } of store.members.getRange(range)) if (alive(value, now)) return value;
  return undefined;
}

/**
 * Takes a seat. An exclusive one is had only while nobody else is in; throws Problem `locked` with who is.
 */
export async function sit(store: Store, seat: Seat, at: Millis): Promise<void> {
  const holder = await transact(store, () => {
    const others = rowsOf(store.members, seat.family).filter(([, row]) => alive(row, at));
    if (seat.exclusive && others.length > 0) return others[0]![1];
    putSeat(store, seat, at);
    return undefined;
  });
  if (holder !== undefined) throw runBy(seat.family, describeOwner(holder));
}

const rowOf = (seat: Seat, at: Millis): MemberRow => ({
  owner: thisOwner(),
  exclusive: seat.exclusive,
  since: seat.since,
  seen: at,
});

function putSeat(store: Store, seat: Seat, at: Millis): void {
  store.members.put([seat.family, seat.member], rowOf(seat, at));
}

/**
 * Says that this member lives, forgets dead ones, and takes free partitions up to its fair share: each of M members
 * gets P / M of P partitions, the eldest one more when it does not divide, so that few tasks move. It does not take
 * again what it has `finished`.
 */
export function heartbeat(
  store: Store,
  seat: Seat,
  partitions: number,
  at: Millis,
  finished: ReadonlySet<number>,
): Promise<Share> {
  return transact(store, () => {
    const members = new Map<string, MemberRow>();
    for (const [name, row] of rowsOf(store.members, seat.family)) {
      const member = name as string;
      if (member === seat.member || alive(row, at)) members.set(member, row);
      else store.members.remove([seat.family, member]);
    }
    putSeat(store, seat, at);
    members.set(seat.member, rowOf(seat, at));
    const seniority = ([name, { since }]: [string, MemberRow]): string =>
      `${String(since).padStart(16, '0')} ${name}`;
    const names = [...members].sort((a, b) => (seniority(a) < seniority(b) ? -1 : 1)).map(([name]) => name);
    const exclusive = names.find((name) => members.get(name)?.exclusive);
    const rank = names.indexOf(seat.member);
    const fair =
      exclusive !== undefined && exclusive !== seat.member
        ? 0
        : exclusive === seat.member
          ? partitions
          : Math.floor(partitions / names.length) + (rank < partitions % names.length ? 1 : 0);
    const leases = new Map<number, LeaseRow>(rowsOf(store.leases, seat.family) as [number, LeaseRow][]);
    const held = new Map<number, number>();
    for (const [partition, lease] of leases)
      if (lease.member === seat.member) held.set(partition, lease.epoch);
    for (let partition = 0; partition < partitions && held.size < fair; partition++) {
      const lease = leases.get(partition);
      if (
        held.has(partition) ||
        finished.has(partition) ||
        (lease?.member != null && members.has(lease.member))
      )
        continue;
      const epoch = (lease?.epoch ?? 0) + 1;
      store.leases.put([seat.family, partition], { member: seat.member, owner: thisOwner(), epoch });
      held.set(partition, epoch);
    }
    const surplus = [...held.keys()].sort((a, b) => b - a).slice(0, Math.max(0, held.size - fair));
    return { held, surplus, missing: Math.max(0, fair - held.size) };
  });
}

/** Inside a transaction: undefined while the lease is still this one, else the row that took its place. */
export function usurper(store: Store, family: string, partition: number, member: string, epoch: number) {
  const lease = store.leases.get([family, partition]);
  return lease?.member === member && lease.epoch === epoch ? undefined : (lease ?? null);
}

/** Gives a partition back; false when it was another's already. The epoch stays, so that the next owner's is larger. */
export function yieldLease(store: Store, family: string, partition: number, member: string, epoch: number) {
  return transact(store, () => {
    if (usurper(store, family, partition, member, epoch) !== undefined) return false;
    store.leases.put([family, partition], { member: null, owner: thisOwner(), epoch });
    return true;
  });
}

export function stand(store: Store, seat: Seat): Promise<void> {
  return transact(store, () => {
    store.members.remove([seat.family, seat.member]);
  });
}

/** The Problem of a process that wakes up to find its partition in other hands. */
export function fencedBy(family: string, partition: number, lease: LeaseRow | null): UserError {
  const taker =
    lease?.member == null
      ? 'it was given up'
      : `process ${lease.owner.pid} on ${lease.owner.host} took it over`;
  return new UserError(
    'fenced',
    `partition ${partition} of ${family} is no longer this process's: ${taker} (epoch ${lease?.epoch ?? 0}); nothing was committed`,
    'It goes on with the partitions it still gets. Often? It was stopped or too slow for longer than its lease: give it a machine that is less busy.',
  );
}
