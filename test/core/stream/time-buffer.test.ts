import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TimeBuffer } from '../../../src/core/stream/time-buffer.ts';

interface Note {
  readonly time: number;
  readonly id: number;
}

const apply = (saved: Map<string, string>, buffer: TimeBuffer<Note>) => {
  for (const [key, text] of buffer.changes())
    if (text === null) saved.delete(key);
    else saved.set(key, text);
};

const ids = (notes: readonly Note[]) => notes.map(({ id }) => id);

describe('time buffer', () => {
  test('records are ordered by time, equal times by arrival', () => {
    const buffer = new TimeBuffer<Note>('k|');
    for (const [id, time] of [90_000, 10, 60_000, 10, 0].entries()) buffer.add('a', { time, id });
    expect(ids(buffer.between('a', 0, 90_000))).toEqual([4, 1, 3, 2, 0]);
    expect(ids(buffer.between('a', 10, 60_000))).toEqual([1, 3, 2]);
    expect(buffer.latest('a', 59_999)?.id).toBe(3);
    expect(buffer.latest('a', -1)).toBeUndefined();
    expect(buffer.earliest('a', 11)?.id).toBe(2);
    expect(buffer.earliest('a', 90_001)).toBeUndefined();
  });

  test('a commit writes only the minutes that changed', () => {
    const buffer = new TimeBuffer<Note>('k|');
    buffer.add('a', { time: 10, id: 0 });
    buffer.add('a', { time: 60_010, id: 1 });
    buffer.changes();
    buffer.add('a', { time: 60_020, id: 2 });
    expect(buffer.changes().map(([key]) => key)).toEqual(['k|a@1']);
    expect(buffer.changes()).toEqual([]);
  });

  test('a series without records leaves nothing in the state', () => {
    const buffer = new TimeBuffer<Note>('k|');
    const saved = new Map<string, string>();
    buffer.add('a@b', { time: 10, id: 0 });
    apply(saved, buffer);
    buffer.evict('a@b', 11);
    apply(saved, buffer);
    expect([...buffer.seriesNames()]).toEqual([]);
    expect(saved.size).toBe(0);
  });

  test('a time buffer equals a sorted list, whatever is added and evicted, also after a restart', () => {
    const step = fc.record({
      time: fc.integer({ min: -100_000, max: 300_000 }),
      evict: fc.option(fc.integer({ min: -100_000, max: 300_000 })),
      restart: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let buffer = new TimeBuffer<Note>('k|');
        const saved = new Map<string, string>();
        let plain: Note[] = [];
        for (const [id, { time, evict, restart }] of steps.entries()) {
          buffer.add('a', { time, id });
          plain = [...plain, { time, id }].sort((a, b) => a.time - b.time || a.id - b.id);
          if (evict !== null) {
            buffer.evict('a', evict);
            plain = plain.filter((note) => note.time >= evict);
          }
          apply(saved, buffer);
          if (restart) buffer = new TimeBuffer('k|', saved);
          expect(buffer.between('a', -1e6, 1e6)).toEqual(plain);
          expect(buffer.between('a', time - 500, time)).toEqual(
            plain.filter((note) => note.time >= time - 500 && note.time <= time),
          );
          expect(buffer.latest('a', time)).toEqual(plain.findLast((note) => note.time <= time));
          expect(buffer.earliest('a', time)).toEqual(plain.find((note) => note.time >= time));
        }
      }),
      { numRuns: 100 },
    );
  });
});
