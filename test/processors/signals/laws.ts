import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MINUTE, readTime } from '../../../src/core/util/time.ts';
import { arrival, inTime, newestRows, runArrivals, timed } from './arrivals.ts';
import { START } from './feed.ts';

const ALL = ['x', 'x', 'wallex', 'coinmarketcap', 'bar'] as const;
const arrivals = fc.array(arrival(ALL), { minLength: 1, maxLength: 30, size: 'max' });
const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort();

/** Tests the laws of `signals` on `runs` random timelines each, the same ones for a seed. */
export function testLaws(runs: number, seed: number): void {
  test.each([
    ['tumbling windows', {}],
    ['sliding windows', { window: [6 * MINUTE], slide: 2 * MINUTE }],
    ['windows that are not kept', { retain: 0 }],
  ])('a restart from a snapshot at any step changes no output of %s', (_, settings) => {
    fc.assert(
      fc.property(arrivals, (given) => {
        const once = runArrivals(timed(given), { settings, hasClock: false });
        const again = runArrivals(timed(given), { settings, hasClock: false, restarts: true });
        expect(sorted(again.rows)).toEqual(sorted(once.rows));
        expect(again.driver.late).toEqual(once.driver.late);
        expect(again.driver.drops).toEqual(once.driver.drops);
      }),
      { numRuns: runs, seed },
    );
  });

  test.each(['amend', 'topic', 'drop'] as const)(
    'with --late %s each post is in a row of its window, late, or dropped',
    (late) => {
      fc.assert(
        fc.property(fc.array(arrival(['x', 'wallex']), { maxLength: 30, size: 'max' }), (given) => {
          const settings = { late, window: [10 * MINUTE] };
          const { rows, driver } = runArrivals(timed(given), { settings });
          const counted = newestRows(rows).reduce((sum, { posts }) => sum + posts, 0);
          const posts = given.filter(({ kind }) => kind === 'x').length;
          const prices = given.length - posts;
          const others = driver.late.length + driver.drops.length;
          expect(counted).toBeLessThanOrEqual(posts);
          expect(counted + others).toBeGreaterThanOrEqual(posts);
          expect(counted + others).toBeLessThanOrEqual(posts + prices);
        }),
        { numRuns: runs, seed },
      );
    },
  );

  test.each([
    ['tumbling windows', {}],
    ['sliding windows', { window: [6 * MINUTE], slide: 2 * MINUTE }],
  ])('what arrives after available_at changes no row of %s', (_, settings) => {
    const change = fc.constantFrom('drop', 'shift', 'randomise');
    fc.assert(
      fc.property(
        arrivals,
        change,
        fc.nat(),
        fc.array(arrival(ALL), { maxLength: 30, size: 'max' }),
        (given, how, pick, others) => {
          const all = timed(given);
          const { rows } = runArrivals(all, { settings });
          if (rows.length === 0) return;
          const row = rows[pick % rows.length]!;
          const known = (readTime(row.available_at) - START) / 1000;
          const before = all.filter(({ arrived }) => arrived <= known);
          const after = all.slice(before.length).map((one, i) => {
            const other = others[i % Math.max(1, others.length)];
            if (how === 'shift') return { ...one, arrived: one.arrived + 300, second: one.second + 300 };
            if (other === undefined) return one;
            return {
              ...one,
              kind: other.kind,
              coin: other.coin,
              value: other.value,
              second: one.arrived - other.delay,
            };
          });
          const changed = runArrivals(inTime([...before, ...(how === 'drop' ? [] : after)]), { settings });
          expect(changed.rows.map((one) => JSON.stringify(one))).toContain(JSON.stringify(row));
        },
      ),
      { numRuns: 3 * runs, seed },
    );
  });
}
