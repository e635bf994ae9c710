import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NearDuplicates } from '../../../src/core/sketch/near-duplicates.ts';
import type { Restored } from '../../../src/core/stream/keyed-state.ts';
import { HOUR, MINUTE } from '../../../src/core/util/time.ts';

const T0 = Date.UTC(2026, 2, 1);
const TEXT = 'huge airdrop today, send your coins to this address and get them back twice, no joke at all';

function store(into: Map<string, string>, changes: Iterable<readonly [string, string | null]>) {
  for (const [key, value] of changes) value === null ? into.delete(key) : into.set(key, value);
  return into;
}
const near = (restored: Restored = new Map(), capacity?: number) =>
  new NearDuplicates(HOUR, 0.8, restored, capacity);

describe('near duplicates', () => {
  test('a text is new once, even if a copy has a typo or one more word', () => {
    const texts = near();
    expect(texts.add(TEXT, T0)).toBe(true);
    expect(texts.add(TEXT, T0)).toBe(false);
    expect(texts.add(TEXT.replace('huge', 'hugee'), T0 + 1)).toBe(false);
    expect(texts.add(`${TEXT} really`, T0 - 1)).toBe(false);
    expect(texts.add('bitcoin is down by two percent since this morning', T0)).toBe(true);
    expect(texts.size).toBe(2);
  });

  test('a rejected text is not remembered, so similarity does not drift along a chain', () => {
    const texts = near();
    let text = TEXT;
    const kept = Array.from({ length: 60 }, (_, at) => {
      text = `${text.slice(0, at)}${'qwxyz'[at % 5]}${text.slice(at + 1)}`;
      return texts.add(text, T0);
    });
    expect(kept.filter(Boolean).length).toBeGreaterThan(1);
  });

  test('a text is new again an hour later, by event time', () => {
    const texts = near();
    texts.add(TEXT, T0);
    expect(texts.add(TEXT, T0 + HOUR)).toBe(false);
    expect(texts.add(TEXT, T0 + HOUR + MINUTE)).toBe(true);
    expect(texts.add(TEXT, T0 - HOUR)).toBe(false);
    expect(texts.add(TEXT, T0 - HOUR - MINUTE)).toBe(true);
  });
});

test('an identical text is always a duplicate', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1, unit: 'grapheme' }), { minLength: 1 }), (all) => {
      const texts = near();
      for (const text of all) texts.add(text, T0);
      for (const text of all) expect(texts.add(text, T0)).toBe(false);
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('beyond the capacity the oldest minutes are dropped early', () => {
  const texts = near(undefined, 10);
  const stored = new Map<string, string>();
  const text = (n: number) => `${n} is what this one says, and ${n * n} is what it means by saying it ${n}`;
  for (let n = 0; n < 100; n++) {
    texts.add(text(n), T0 + n * MINUTE);
    store(stored, texts.changes());
    expect(texts.size).toBeLessThanOrEqual(10);
    expect(stored.size).toBe(texts.size);
  }
  expect(texts.add(text(99), T0 + 99 * MINUTE)).toBe(false);
  expect(texts.add(text(80), T0 + 80 * MINUTE)).toBe(true);
  for (let n = 200; n < 300; n++) texts.add(text(n), T0 + 99 * MINUTE);
  expect(texts.size).toBeLessThanOrEqual(10);
});

test('a restart from the committed state at any step changes no answer', () => {
  const ends = ['a', 'b', 'now', 'later on', 'or never, who knows what comes', 'x'];
  const step = fc.record({
    text: fc.tuple(fc.nat(5), fc.nat(5)).map(([n, end]) => `${TEXT.slice(n * 12)} ${ends[end]}`),
    minute: fc.nat(150),
    after: fc.constantFrom('go', 'commit', 'restart'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.constantFrom(5, 1000), (steps, capacity) => {
      const undisturbed = near(undefined, capacity);
      const stored = new Map<string, string>();
      let texts = near(undefined, capacity);
      for (const { text, minute, after } of steps) {
        const time = T0 + minute * MINUTE;
        expect(texts.add(text, time)).toBe(undisturbed.add(text, time));
        if (after === 'go') continue;
        store(stored, texts.changes());
        if (after === 'restart') texts = near(stored, capacity);
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('a commit writes only what was added since the last one', () => {
  const texts = near();
  texts.add(TEXT, T0);
  expect(texts.changes()).toHaveLength(1);
  texts.add(TEXT, T0);
  expect(texts.changes()).toEqual([]);
  texts.add('another one, about something else altogether', T0);
  expect(texts.changes()).toEqual([
    [expect.stringMatching(/^near\|\d+\|1$/), expect.stringMatching(/^\["[^"]+"\]$/)],
  ]);
});
