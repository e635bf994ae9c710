import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TimedValues } from '../../../../src/core/stream/as-of/timed-values.ts';
import type { StateChange } from '../../../../src/core/stream/keyed-state.ts';
import { TimeBuffer } from '../../../../src/core/stream/time-buffer.ts';

const apply = (saved: Map<string, string>, { changes }: { changes: readonly StateChange[] }) => {
  for (const [key, text] of changes)
    if (text === null) saved.delete(key);
    else saved.set(key, text);
};

const valuesOf = (saved?: ReadonlyMap<string, string>) => new TimedValues<number>('new|', 'old|', saved);

describe('TimedValues', () => {
  test('a commit writes only the rows that changed', () => {
    const values = valuesOf();
    for (let at = 0; at < 130; at += 1) values.add('a', at, at);
    expect(values.changes().map(([key]) => key)).toEqual(['new|a@0', 'new|a@1', 'new|a@2']);
    values.add('a', 200, 1);
    expect(values.changes()).toEqual([['new|a@2', '{"times":[128,1,71],"items":[128,129,1]}']]);
    expect(values.changes()).toEqual([]);
  });

  test('equal times stay in one row, so that a restart keeps their order', () => {
    const values = valuesOf();
    for (let item = 0; item < 200; item += 1) values.add('a', 5, item);
    values.add('a', 4, -1);
    values.add('a', 6, 200);
    const saved = new Map<string, string>();
    apply(saved, { changes: values.changes() });
    expect([...saved.keys()].sort()).toEqual(['new|a@0', 'new|a@1', 'new|a@2']);
    expect(valuesOf(saved).latest('a', 5)).toEqual({ time: 5, item: 199 });
  });

  test('values equal a sorted list, whatever is added and evicted, also after a restart', () => {
    const step = fc.record({
      series: fc.constantFrom('a', 'b@1'),
      times: fc.array(fc.nat(60), { maxLength: 90, size: 'max' }),
      evict: fc.option(fc.nat(60)),
      isRestart: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12, size: 'max' }), (steps) => {
        let values = valuesOf();
        const saved = new Map<string, string>();
        let list: { series: string; time: number; item: number }[] = [];
        let item = 0;
        for (const { series, times, evict, isRestart } of steps) {
          for (const time of times) {
            item += 1;
            values.add(series, time, item);
            list.push({ series, time, item });
          }
          if (evict !== null) {
            values.evict(series, evict);
            list = list.filter((one) => one.series !== series || one.time >= evict);
          }
          if (isRestart) {
            apply(saved, { changes: values.changes() });
            values = valuesOf(saved);
          }
          expect(values.size).toBe(list.length);
          for (let time = 0; time <= 61; time += 3) {
            const inTime = list.filter((one) => one.series === series && one.time <= time);
            const last = inTime.reduce<(typeof list)[0] | undefined>(
              (best, one) => (one.time >= (best?.time ?? 0) ? one : best),
              undefined,
            );
            expect(values.latest(series, time)?.item).toBe(last?.item);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test('rows of an earlier version, a minute each, are read and replaced by the next commit', () => {
    const old = new TimeBuffer<{ time: number; item: number }>('old|');
    for (const [item, time] of [50, 61_000, 61_000, 20, 600_000].entries()) old.add('a@b', { time, item });
    const saved = new Map<string, string>();
    apply(saved, { changes: old.changes() });
    const values = valuesOf(saved);
    expect([50, 61_000, 700_000].map((time) => values.latest('a@b', time)?.item)).toEqual([0, 2, 4]);
    apply(saved, { changes: values.changes() });
    expect([...saved.keys()]).toEqual(['new|a@b@0']);
    const again = valuesOf(saved);
    expect([50, 61_000, 700_000].map((time) => again.latest('a@b', time)?.item)).toEqual([0, 2, 4]);
    expect(again.size).toBe(5);
  });
});
