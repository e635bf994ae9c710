import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  appendRank,
  isNewer,
  isSame,
  type Revision,
  revisionFields,
  revisionIn,
} from '../../../src/sinks/mongo/revision.ts';

const at = (offset: number, timestamp: number, place = 'quotes@a/0'): Revision => ({
  rank: appendRank({ offset, timestamp, key: null, value: null, headers: {} }),
  place,
  offset,
});
const anyRevision = fc
  .record({
    place: fc.constantFrom('t@a/0', 't@a/1', 't@b/0'),
    offset: fc.nat(5),
    timestamp: fc.nat(5),
    counted: fc.option(fc.nat(3), { nil: undefined }),
  })
  .map(
    ({ place, offset, timestamp, counted }): Revision => ({
      ...at(offset, timestamp, place),
      ...(counted === undefined ? {} : { rank: counted }),
    }),
  );

describe('of two revisions', () => {
  test('the later of two revisions in a partition is newer, whatever the clock', () => {
    const clocks = fc.array(fc.nat(1e9), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(clocks, (times) => {
        const revisions = times.map((time, offset) => at(offset, time));
        for (const [i, a] of revisions.entries())
          for (const [j, b] of revisions.entries()) expect(isNewer(a, b)).toBe(i > j);
      }),
      { seed: 5 },
    );
  });
  test('of revisions from two partitions the one appended later is newer', () => {
    expect(isNewer(at(0, 2000), at(9, 1000, 'quotes@a/1'))).toBe(true);
    expect(isNewer(at(9, 1000, 'quotes@a/1'), at(0, 2000))).toBe(false);
  });
  test('a record of a recreated topic is newer by its time, however small its offset', () => {
    expect(isNewer(at(0, 2000, 'quotes@b/0'), at(900, 1000, 'quotes@a/0'))).toBe(true);
  });
  test('of two counted revisions the higher count is newer, from any partition', () => {
    const counted = (rank: number, offset: number, place = 'c/0'): Revision => ({ rank, place, offset });
    expect(isNewer(counted(9, 0), counted(3, 5))).toBe(true);
    expect(isNewer(counted(9, 0), counted(3, 5, 'c/1'))).toBe(true);
  });
  test('at most one of two revisions is newer, none than itself, also after storage', () => {
    fc.assert(
      fc.property(anyRevision, anyRevision, (a, b) => {
        expect(isNewer(a, b) && isNewer(b, a)).toBe(false);
        expect(isNewer(a, a)).toBe(false);
        expect(isSame(a, a)).toBe(true);
        expect(isNewer(revisionIn(revisionFields(a)), b)).toBe(isNewer(a, b));
      }),
      { seed: 5, numRuns: 1000 },
    );
  });
  test('a document written by another program is never newer', () => {
    expect(revisionIn({ _id: 'k' })).toBeUndefined();
    expect(isNewer(revisionIn(null), at(0, 0))).toBe(false);
  });
});
