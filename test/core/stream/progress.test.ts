import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Progress } from '../../../src/core/stream/progress.ts';

describe('progress of several series', () => {
  test('progress is the time of the slowest series', () => {
    const progress = new Progress(50);
    expect(progress.least).toBe(Number.POSITIVE_INFINITY);
    progress.move('a', 100);
    progress.move('b', 80);
    expect(progress.least).toBe(80);
    progress.move('b', 120);
    expect(progress.least).toBe(100);
  });

  test('a series that is ageMs behind does not count until it catches up', () => {
    const progress = new Progress(50);
    progress.move('slow', 100);
    progress.move('fast', 149);
    expect(progress.least).toBe(100);
    progress.move('fast', 150);
    expect(progress.least).toBe(150);
    progress.move('slow', 140);
    expect(progress.least).toBe(140);
    expect(progress.active()).toEqual([
      ['slow', 140],
      ['fast', 150],
    ]);
  });

  test('progress is the minimum of the newest times that are young enough', () => {
    const move = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 0, max: 200 }));
    fc.assert(
      fc.property(fc.array(move, { minLength: 1, maxLength: 60 }), (moves) => {
        const progress = new Progress(50);
        const newest = new Map<string, number>();
        for (const [series, time] of moves) {
          progress.move(series, time);
          newest.set(series, Math.max(time, newest.get(series) ?? 0));
          const largest = Math.max(...newest.values());
          expect(progress.least).toBe(Math.min(...[...newest.values()].filter((at) => at > largest - 50)));
        }
      }),
      { numRuns: 300 },
    );
  });
});
