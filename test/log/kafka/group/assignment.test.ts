import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assign, type Member } from '../../../../src/log/kafka/group/assignment.ts';

const member = (id: string, assigned: Partial<Member> = {}): Member => ({
  id,
  inputs: ['in'],
  owned: [],
  generation: 1,
  exclusive: false,
  since: id.charCodeAt(0),
  who: `process ${id}`,
  ...assigned,
});

const shared = (members: readonly Member[], count: number) =>
  Object.fromEntries([...assign(members, () => count)].map(([id, { partitions }]) => [id, partitions]));

/** Rebalances until nothing moves; members release lost partitions before the next one. */
function rebalanceUntilStable(members: readonly Member[], count: number) {
  let rounds = 0;
  let now = members;
  for (; rounds < 10; rounds++) {
    const assignments = assign(now, () => count);
    const next = now.map((one) => ({
      ...one,
      owned: assignments.get(one.id)!.partitions,
      generation: one.generation + 1,
    }));
    const still = next.every((one, i) => one.owned.join() === now[i]!.owned.join());
    now = next;
    if (still) break;
  }
  return { rounds, members: now };
}

describe('partition assignment', () => {
  test('a sole member gets all partitions', () => expect(shared([member('a')], 3)).toEqual({ a: [0, 1, 2] }));

  test('a moving partition stays unassigned until its owner releases it', () => {
    const a = member('a', { owned: [0, 1, 2, 3] });
    expect(shared([a, member('b')], 4)).toEqual({ a: [0, 1], b: [] });
    expect(assign([a, member('b')], () => 4).get('b')).toEqual({ partitions: [], coming: 2 });
    expect(shared([{ ...a, owned: [0, 1] }, member('b')], 4)).toEqual({ a: [0, 1], b: [2, 3] });
  });

  test('after a member leaves the others keep their partitions', () => {
    const [b, c] = [member('b', { owned: [2, 3] }), member('c', { owned: [4, 5] })];
    expect(shared([b, c], 6)).toEqual({ b: [0, 2, 3], c: [1, 4, 5] });
  });

  test('of two claims to a partition the later generation wins', () => {
    const [a, b] = [member('a', { owned: [0], generation: 3 }), member('b', { owned: [0], generation: 5 })];
    expect(shared([a, b], 2)).toEqual({ a: [1], b: [0] });
  });

  test('members with different inputs do not share partitions', () => {
    const members = [member('a', { inputs: ['prices'] }), member('b', { inputs: ['candles'] })];
    expect(shared(members, 2)).toEqual({ a: [0, 1], b: [0, 1] });
  });

  test('an exclusive run gets all partitions and the others none', () => {
    const a = member('a', { exclusive: true, owned: [0, 1] });
    expect(shared([a, member('b')], 2)).toEqual({ a: [0, 1], b: [] });
  });

  test('a second exclusive run learns who holds the partitions', () => {
    const assignments = assign([member('a', { exclusive: true }), member('b', { exclusive: true })], () => 2);
    expect(assignments.get('a')).toEqual({ partitions: [0, 1] });
    expect(assignments.get('b')).toEqual({ partitions: [], lockedBy: 'process a' });
  });

  test('an exclusive run does not displace active members', () => {
    const assignments = assign([member('b', { owned: [0, 1] }), member('a', { exclusive: true })], () => 2);
    expect(assignments.get('b')).toEqual({ partitions: [0, 1] });
    expect(assignments.get('a')).toEqual({ partitions: [], lockedBy: 'process b' });
  });
});

const members = fc
  .uniqueArray(fc.constantFrom(...'abcdefgh'), { minLength: 1, maxLength: 8 })
  .chain((ids) =>
    fc.record({
      ids: fc.constant(ids),
      count: fc.integer({ min: 1, max: 24 }),
      owners: fc.array(fc.integer({ min: -1, max: ids.length - 1 }), { minLength: 24, maxLength: 24 }),
    }),
  )
  .map(({ ids, count, owners }) => ({
    count,
    all: ids.map((id, i) =>
      member(id, { owned: owners.flatMap((owner, p) => (owner === i && p < count ? [p] : [])) }),
    ),
  }));

describe('assignment properties', () => {
  test('no partition is assigned twice or while another member owns it', () =>
    fc.assert(
      fc.property(members, ({ all, count }) => {
        const assignments = assign(all, () => count);
        const assigned = all.flatMap(({ id }) => assignments.get(id)!.partitions);
        expect(new Set(assigned).size).toBe(assigned.length);
        for (const { id } of all)
          for (const partition of assignments.get(id)!.partitions)
            expect(all.some((other) => other.id !== id && other.owned.includes(partition))).toBe(false);
      }),
    ));

  test('two rebalances distribute all partitions evenly and a third moves none', () =>
    fc.assert(
      fc.property(members, ({ all, count }) => {
        const { rounds, members: after } = rebalanceUntilStable(all, count);
        expect(rounds).toBeLessThanOrEqual(2);
        expect(after.flatMap(({ owned }) => owned).sort((a, b) => a - b)).toEqual(
          Array.from({ length: count }, (_, p) => p),
        );
        const sizes = after.map(({ owned }) => owned.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    ));

  test('no member loses more than its excess over the even share', () =>
    fc.assert(
      fc.property(members, ({ all, count }) => {
        const least = Math.floor(count / all.length);
        const after = rebalanceUntilStable(all, count).members;
        for (const [i, before] of all.entries()) {
          const kept = before.owned.filter((partition) => after[i]!.owned.includes(partition)).length;
          expect(kept).toBeGreaterThanOrEqual(Math.min(before.owned.length, least));
        }
      }),
    ));
});
