import { expect, test } from 'vitest';
import type { Restored } from '../../../src/core/stream/keyed-state.ts';
import { MinuteBuckets, minuteIndex } from '../../../src/core/stream/minute-buckets.ts';
import { MINUTE } from '../../../src/core/util/time.ts';

function texts(restored: Restored = new Map()) {
  const forgotten: string[][] = [];
  const minutes = new MinuteBuckets<string[]>(
    2 * MINUTE,
    {
      prefix: 'x|',
      make: () => [],
      restore: (held, text) => void held.push(text),
      forget: (held) => void forgotten.push(held),
    },
    restored,
  );
  return { minutes, forgotten, add: (time: number, text: string) => minutes.add(time, text).push(text) };
}

test('minuteIndex counts whole minutes', () =>
  expect([minuteIndex(59_999), minuteIndex(60_000)]).toEqual([0, 1]));

test('the least recently added-to minute is dropped first, and its owner is notified', () => {
  const { minutes, forgotten, add } = texts();
  add(0, 'a');
  add(MINUTE, 'b');
  add(0, 'c');
  minutes.forgetOne();
  expect(forgotten).toEqual([['b']]);
  minutes.forgetOne();
  expect(forgotten).toEqual([['b'], ['a', 'c']]);
  minutes.forgetOne();
  expect(minutes.size).toBe(0);
  add(0, 'd');
  expect(minutes.at(1)).toEqual(['d']);
});

test('keys of other states are ignored, and the order of additions survives a restart', () => {
  const { minutes, add } = texts();
  add(0, 'a');
  add(MINUTE, 'b');
  add(0, 'c');
  const state = new Map([
    ['y|1|1', 'no JSON'],
    ...minutes.changes().map(([key, text]) => [key, text!] as const),
  ]);
  const { minutes: restored, forgotten } = texts(state);
  restored.forgetOne();
  expect(forgotten).toEqual([['b']]);
  expect(restored.changes()).toEqual([['x|1|0', null]]);
});
