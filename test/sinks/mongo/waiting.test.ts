import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Waiting, WaitingRoom } from '../../../src/sinks/mongo/waiting.ts';

const waiting = (id: string, rev: number, partition = 0): Waiting => ({
  kept: { id, rev, doc: { _id: id, _rev: rev } },
  partition,
  record: { offset: rev, timestamp: 0, key: id, value: '{}', headers: {} },
});

describe('the waiting room', () => {
  test('in any order, the newest revision of each id waits', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(9)), { minLength: 1 }), (all) => {
        const room = new WaitingRoom();
        const out = all.filter(([id, rev]) => room.add('x', waiting(id, rev)) !== undefined).length;
        const newest = new Map<string, number>();
        for (const [id, rev] of all) newest.set(id, Math.max(rev, newest.get(id) ?? 0));
        const kept = [...room.documents.get('x')!].map(([id, { kept }]) => [id, kept.rev]);
        expect(new Map(kept as [string, number][])).toEqual(newest);
        expect([room.count, out, room.size]).toEqual([
          newest.size,
          all.length - newest.size,
          2 * newest.size,
        ]);
      }),
    );
  });
  test('a deletion drives out what is older in every collection', () => {
    const room = new WaitingRoom();
    room.add('x', waiting('a', 1));
    room.add('y', waiting('a', 3));
    expect(room.delete('a', 2, 0).map(({ kept }) => kept.rev)).toEqual([1]);
    expect([room.count, room.deletions.size]).toEqual([1, 1]);
  });
  test('a partition that is lost leaves nothing', () => {
    const room = new WaitingRoom();
    room.add('x', waiting('a', 1, 0));
    room.add('x', waiting('b', 1, 1));
    room.delete('c', 1, 1);
    room.drop(1);
    expect([[...room.documents.get('x')!.keys()], room.count, room.deletions.size]).toEqual([['a'], 1, 0]);
  });
});
