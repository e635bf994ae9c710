import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Progress } from '../../../src/core/stream/progress.ts';

describe('the front of a crowd', () => {
  test('it stands where the slowest does', () => {
    const front = new Progress(50);
    expect(front.least).toBe(Number.POSITIVE_INFINITY);
    front.move('a', 100);
    front.move('b', 80);
    expect(front.least).toBe(80);
    front.move('b', 120);
    expect(front.least).toBe(100);
  });

  test('who fell behind by the age has stopped, and counts again when it speaks', () => {
    const front = new Progress(50);
    front.move('slow', 100);
    front.move('fast', 149);
    expect(front.least).toBe(100);
    front.move('fast', 150);
    expect(front.least).toBe(150);
    front.move('slow', 140);
    expect(front.least).toBe(140);
    expect(front.speaking()).toEqual([
      ['slow', 140],
      ['fast', 150],
    ]);
  });

  test('it is the least of all newest times that are young enough', () => {
    const move = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 0, max: 200 }));
    fc.assert(
      fc.property(fc.array(move, { minLength: 1, maxLength: 60 }), (moves) => {
        const front = new Progress(50);
        const newest = new Map<string, number>();
        for (const [series, time] of moves) {
          front.move(series, time);
          newest.set(series, Math.max(time, newest.get(series) ?? 0));
          const largest = Math.max(...newest.values());
          expect(front.least).toBe(Math.min(...[...newest.values()].filter((at) => at > largest - 50)));
        }
      }),
      { numRuns: 300 },
    );
  });
});
