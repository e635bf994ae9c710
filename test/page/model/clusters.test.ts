import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clustersOf } from '../../../src/page/model/clusters.ts';

const windows = (counts: readonly number[]) => counts.map((posts, start) => ({ start, posts }));
const quiet = Array.from({ length: 30 }, (_, i) => 3 + (i % 3));

describe('where posts cluster', () => {
  test('a window with far more posts than the others is a cluster, and of neighbours the largest', () => {
    const found = clustersOf(windows([...quiet, 40, 60, 30, ...quiet]));
    expect(found.map(({ start, posts }) => [start, posts])).toEqual([[31, 60]]);
  });

  test.each([
    ['equal counts', Array.from({ length: 50 }, () => 7)],
    ['a busy window among too few', [1, 1, 1, 500]],
    ['few posts after none', [...Array.from({ length: 40 }, () => 0), 4]],
    ['no windows', []],
  ])('%s have no cluster', (_, counts) => {
    expect(clustersOf(windows(counts))).toEqual([]);
  });

  test('a cluster is never next to another, and never below the mean', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 1000 }), { minLength: 12, maxLength: 100 }), (counts) => {
        const found = clustersOf(windows(counts));
        const mean = counts.reduce((sum, count) => sum + Math.log1p(count), 0) / counts.length;
        for (const { posts } of found) expect(Math.log1p(posts)).toBeGreaterThan(mean);
        for (const [i, { start }] of found.slice(1).entries())
          expect(start - found[i]!.start).toBeGreaterThan(1);
      }),
    );
  });
});
