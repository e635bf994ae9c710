import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chart } from '../../../src/cli/picture/chart.ts';

const ENDS = ['a', 'b'] as const;

/** The dots set in each dot column, as row numbers from the top: read back from the characters by Unicode's table. */
function dotColumns(lines: readonly string[]): number[][] {
  const rows = lines.map((line) => line.replace(/[^\u2800-\u28ff]/g, '')).filter((line) => line !== '');
  const bits = [
    [0, 1, 2, 6],
    [3, 4, 5, 7],
  ];
  return Array.from({ length: rows[0]!.length * 2 }, (_, x) =>
    rows.flatMap((row, y) =>
      [0, 1, 2, 3]
        .filter((dot) => ((row.charCodeAt(x >> 1) - 0x2800) >> bits[x & 1]![dot]!) & 1)
        .map((dot) => y * 4 + dot),
    ),
  );
}

test('a straight line of eight values on eight rows of dots has one dot for each', () => {
  const lines = chart([0, 1, 2, 3, 4, 5, 6, 7], ENDS, { width: 4, height: 2 });
  expect(dotColumns(lines)).toEqual([[7], [6], [5], [4], [3], [2], [1], [0]]);
  expect(lines).toEqual(['7 ┤⠀⠀⡠⠊', '0 ┤⡠⠊⠀⠀', '  └────', '   a  b']);
});

test('two values are joined by a straight line', () => {
  expect(dotColumns(chart([7, 0], ENDS, { width: 4, height: 2 }))).toEqual(
    [0, 1, 2, 3, 4, 5, 6, 7].map((y) => [y]),
  );
});

test('the axis labels the highest, a middle and the lowest value, aligned', () => {
  const labels = chart([90, 1000], ENDS, { width: 4, height: 3 }).map((line) => line.slice(0, 7));
  // The middle row's centre is dot 5.5 of 11.
  expect(labels.slice(0, 3)).toEqual(['1,000 ┤', '  545 ┤', '   90 ┤']);
});

test('one spike among a thousand values is drawn', () => {
  const values = new Array<number>(1000).fill(10);
  values[503] = 20;
  const columns = dotColumns(chart(values, ENDS));
  expect(columns.filter((dots) => dots.includes(0))).toHaveLength(1);
});

test('the time labels are below the ends of the axis', () => {
  const lines = chart([1, 2], ['10:00', '11:00'], { width: 20, height: 2 });
  expect(lines.at(-1)).toBe('   10:00          11:00');
});

test('without finite values there is no chart, and other values are skipped', () => {
  expect(chart([], ENDS)).toEqual([]);
  expect(chart([Number.NaN, Number.POSITIVE_INFINITY], ENDS)).toEqual([]);
  expect(chart([1, Number.NaN, 2], ENDS)).toEqual(chart([1, 2], ENDS));
});

test('equal values, or a single one, give a level line with one label', () => {
  for (const values of [[5], [5, 5, 5]]) {
    const lines = chart(values, ENDS, { width: 4, height: 3 });
    expect(lines.filter((line) => line.includes('┤'))).toEqual(['5 ┤⠒⠒⠒⠒']);
  }
});

test('the line has no gap and touches top and bottom', () => {
  const value = fc.integer({ min: 0, max: 1000 });
  fc.assert(
    fc.property(fc.array(value, { minLength: 2, maxLength: 300 }), (values) => {
      fc.pre(new Set(values).size > 1);
      const columns = dotColumns(chart(values, ENDS, { width: 20, height: 5 }));
      const all = columns.flat();
      expect([Math.min(...all), Math.max(...all)]).toEqual([0, 19]);
      for (const [x, dots] of columns.entries()) {
        expect(dots.at(-1)! - dots[0]! + 1).toBe(dots.length);
        const next = columns[x + 1];
        if (next !== undefined)
          expect(dots.some((dot) => next.some((other) => Math.abs(dot - other) <= 1))).toBe(true);
      }
    }),
    { numRuns: 200, seed: 1 },
  );
});
