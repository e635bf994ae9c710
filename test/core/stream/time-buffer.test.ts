import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TimeBuffer } from '../../../src/core/stream/time-buffer.ts';

interface Note {
  readonly time: number;
  readonly id: number;
}

const apply = (saved: Map<string, string>, kept: TimeBuffer<Note>) => {
  for (const [key, text] of kept.changes())
    if (text === null) saved.delete(key);
    else saved.set(key, text);
};

const ids = (notes: readonly Note[]) => notes.map(({ id }) => id);

describe('kept series', () => {
  test('records come back in order of time, equal times in order of arrival', () => {
    const kept = new TimeBuffer<Note>('k|');
    for (const [id, time] of [90_000, 10, 60_000, 10, 0].entries()) kept.add('a', { time, id });
    expect(ids(kept.between('a', 0, 90_000))).toEqual([4, 1, 3, 2, 0]);
    expect(ids(kept.between('a', 10, 60_000))).toEqual([1, 3, 2]);
    expect(kept.latest('a', 59_999)?.id).toBe(3);
    expect(kept.latest('a', -1)).toBeUndefined();
    expect(kept.earliest('a', 11)?.id).toBe(2);
    expect(kept.earliest('a', 90_001)).toBeUndefined();
  });

  test('a commit writes only the minutes that changed', () => {
    const kept = new TimeBuffer<Note>('k|');
    kept.add('a', { time: 10, id: 0 });
    kept.add('a', { time: 60_010, id: 1 });
    kept.changes();
    kept.add('a', { time: 60_020, id: 2 });
    expect(kept.changes().map(([key]) => key)).toEqual(['k|a@1']);
    expect(kept.changes()).toEqual([]);
  });

  test('a series whose last record is forgotten leaves nothing behind', () => {
    const kept = new TimeBuffer<Note>('k|');
    const saved = new Map<string, string>();
    kept.add('a@b', { time: 10, id: 0 });
    apply(saved, kept);
    kept.evict('a@b', 11);
    apply(saved, kept);
    expect([...kept.names()]).toEqual([]);
    expect(saved.size).toBe(0);
  });

  test('it answers as a sorted list would, whatever is added and forgotten, and after a restart', () => {
    const step = fc.record({
      time: fc.integer({ min: -100_000, max: 300_000 }),
      evict: fc.option(fc.integer({ min: -100_000, max: 300_000 })),
      restart: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let kept = new TimeBuffer<Note>('k|');
        const saved = new Map<string, string>();
        let plain: Note[] = [];
        for (const [id, { time, evict, restart }] of steps.entries()) {
          kept.add('a', { time, id });
          plain = [...plain, { time, id }].sort((a, b) => a.time - b.time || a.id - b.id);
          if (evict !== null) {
            kept.evict('a', evict);
            plain = plain.filter((note) => note.time >= evict);
          }
          apply(saved, kept);
          if (restart) kept = new TimeBuffer('k|', saved);
          expect(kept.between('a', -1e6, 1e6)).toEqual(plain);
          expect(kept.between('a', time - 500, time)).toEqual(
            plain.filter((note) => note.time >= time - 500 && note.time <= time),
          );
          expect(kept.latest('a', time)).toEqual(plain.findLast((note) => note.time <= time));
          expect(kept.earliest('a', time)).toEqual(plain.find((note) => note.time >= time));
        }
      }),
      { numRuns: 100 },
    );
  });
});
