import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BatchBuffer, type BufferedWrite } from '../../../src/sinks/mongo/batch-buffer.ts';
import type { Revision } from '../../../src/sinks/mongo/revision.ts';

const revision = (rank: number, place = 'x/0', offset = rank): Revision => ({ rank, place, offset });
const write = (id: string, rev: number, partition = 0): BufferedWrite => ({
  document: { id, rev: revision(rev), doc: { _id: id } },
  partition,
  record: { offset: rev, timestamp: 0, key: id, value: '{}', headers: {} },
});

describe('the waiting room', () => {
  test('the revisions of each id are buffered newest first, in any order of arrival', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(9)), { minLength: 1 }), (all) => {
        const room = new BatchBuffer();
        for (const [id, rev] of all) room.add('x', write(id, rev));
        for (const [id, revisions] of room.documents.get('x')!)
          expect(revisions.map(({ document: kept }) => kept.rev.rank)).toEqual(
            all
              .filter(([other]) => other === id)
              .map(([, rev]) => rev)
              .sort((a, b) => b - a),
          );
        expect([room.count, room.size]).toEqual([all.length, 2 * all.length]);
      }),
    );
  });
  test('of two equal revisions the later one comes first', () => {
    const room = new BatchBuffer();
    for (const partition of [0, 1]) room.add('x', write('a', 1, partition));
    expect(
      room.documents
        .get('x')!
        .get('a')!
        .map(({ partition }) => partition),
    ).toEqual([1, 0]);
  });
  test('a deletion drops older revisions in every collection', () => {
    const room = new BatchBuffer();
    room.add('x', write('a', 1));
    for (const rev of [1, 3]) room.add('y', write('a', rev));
    expect(room.delete('a', revision(2), 0)).toBe(2);
    expect([room.count, room.deletions.size]).toEqual([1, 1]);
  });
  test('the newer of two deletions of an id is kept, in any order of arrival', () => {
    const room = new BatchBuffer();
    room.delete('a', revision(2), 0);
    room.delete('a', revision(1), 0);
    expect(room.deletions.get('a')!.rev.rank).toBe(2);
  });
  test('a lost partition leaves nothing in the buffer', () => {
    const room = new BatchBuffer();
    room.add('x', write('a', 1, 0));
    room.add('x', write('b', 1, 1));
    room.delete('c', revision(1), 1);
    room.drop(1);
    expect([[...room.documents.get('x')!.keys()], room.count, room.deletions.size]).toEqual([['a'], 1, 0]);
  });
});
