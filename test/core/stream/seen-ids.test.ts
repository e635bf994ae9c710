import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SeenIds } from '../../../src/core/stream/seen-ids.ts';
import { MINUTE } from '../../../src/core/util/time.ts';

const HORIZON = 30 * MINUTE;
const T0 = Date.UTC(2026, 2, 1);

/** What the stored keys hold after these changes. */
function store(into: Map<string, string>, changes: Iterable<readonly [string, string | null]>) {
  for (const [key, value] of changes) value === null ? into.delete(key) : into.set(key, value);
  return into;
}

describe('seen ids', () => {
  test('an id counts as new only once', () => {
    const seen = new SeenIds(HORIZON);
    expect([seen.add('a', T0), seen.add('a', T0), seen.add('b', T0)]).toEqual([true, false, true]);
  });

  test('a repeat within the horizon is recognized, whatever came between', () => {
    const seen = new SeenIds(HORIZON);
    seen.add('a', T0);
    for (let minute = 1; minute <= 30; minute++) seen.add(`m${minute}`, T0 + minute * MINUTE);
    expect(seen.add('a', T0)).toBe(false);
  });

  test('ids within the horizon may come in any order', () => {
    const seen = new SeenIds(HORIZON);
    seen.add('new', T0 + HORIZON);
    expect([seen.add('old', T0), seen.add('old', T0), seen.add('new', T0 + HORIZON)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('memory is limited to the horizon and 32 older minutes, however long the history', () => {
    const seen = new SeenIds(HORIZON);
    const stored = new Map<string, string>();
    for (let minute = 0; minute < 2000; minute++) {
      seen.add(`m${minute}`, T0 + minute * MINUTE);
      store(stored, seen.changes());
    }
    expect(seen.size).toBe(31 + 32);
    expect(stored.size).toBe(31 + 32);
    expect(seen.add('m0', T0)).toBe(true);
  });

  test('a backfill behind the horizon keeps its own latest 32 minutes', () => {
    const seen = new SeenIds(HORIZON);
    seen.add('live', T0 + 1000 * MINUTE);
    for (let minute = 0; minute < 100; minute++) {
      seen.add(`m${minute}`, T0 + minute * MINUTE);
      expect(seen.add(`m${minute}`, T0 + minute * MINUTE)).toBe(false);
    }
    expect(seen.add('m68', T0 + 68 * MINUTE)).toBe(false);
    expect(seen.add('m67', T0 + 67 * MINUTE)).toBe(true);
    expect(seen.add('live', T0 + 1000 * MINUTE)).toBe(false);
  });

  test('one wrong time far ahead does not make it forget the current minutes', () => {
    const seen = new SeenIds(HORIZON);
    for (let minute = 0; minute < 30; minute++) seen.add(`m${minute}`, T0 + minute * MINUTE);
    seen.add('wrong', T0 + 1e6 * MINUTE);
    for (let minute = 0; minute < 30; minute++)
      expect(seen.add(`m${minute}`, T0 + minute * MINUTE)).toBe(false);
  });

  test('changes() returns only the ids added since the last call, by minute', () => {
    const seen = new SeenIds(HORIZON);
    seen.add('a', T0);
    seen.add('b', T0 + MINUTE);
    seen.add('c', T0);
    const minute = T0 / MINUTE;
    expect(seen.changes()).toEqual([
      [`seen|${minute + 1}|0`, '["b"]'],
      [`seen|${minute}|1`, '["a","c"]'],
    ]);
    seen.add('a', T0);
    expect(seen.changes()).toEqual([]);
    seen.add('d', T0);
    expect(seen.changes()).toEqual([[`seen|${minute}|2`, '["d"]']]);
  });

  test('keys of other states are ignored', () =>
    expect(
      new SeenIds(
        HORIZON,
        new Map([
          ['clock|x', '{}'],
          ['seen|0|0', '["a"]'],
        ]),
      ).add('a', 0),
    ).toBe(false));

  test('a restart at any step changes no answer', () => {
    const add = fc.record({
      id: fc.constantFrom('a', 'b'),
      minute: fc.integer({ min: 0, max: 80 }),
    });
    const step = fc.oneof(
      { weight: 6, arbitrary: add },
      { weight: 1, arbitrary: fc.constantFrom('commit', 'restart') },
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 300, maxLength: 600 }), (steps) => {
        const undisturbed = new SeenIds(5 * MINUTE);
        const stored = new Map<string, string>();
        let seen = new SeenIds(5 * MINUTE);
        for (const step of steps) {
          if (typeof step === 'object') {
            const time = T0 + step.minute * MINUTE;
            expect(seen.add(step.id, time)).toBe(undisturbed.add(step.id, time));
          } else {
            store(stored, seen.changes());
            // Storage gives keys in its own order.
            if (step === 'restart') seen = new SeenIds(5 * MINUTE, new Map([...stored].sort()));
          }
        }
        expect(seen.size).toBe(undisturbed.size);
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});
