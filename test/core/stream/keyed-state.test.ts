import { expect, test } from 'vitest';
import { KeyedState } from '../../../src/core/stream/keyed-state.ts';

test('changes() returns only what was set, touched or deleted since the last call', () => {
  const state = new KeyedState<{ n: number }>(
    's|',
    new Map([
      ['s|a', '{"n":1}'],
      ['s|b', '{"n":2}'],
      ['other|c', '3'],
    ]),
  );
  expect(state.size).toBe(2);
  expect(state.changes()).toEqual([]);
  state.get('a')!.n = 5;
  state.touch('a');
  state.set('c', { n: 7 });
  state.delete('b');
  state.delete('never there');
  expect(state.changes()).toEqual([
    ['s|a', '{"n":5}'],
    ['s|c', '{"n":7}'],
    ['s|b', null],
  ]);
  expect(state.changes()).toEqual([]);
});
