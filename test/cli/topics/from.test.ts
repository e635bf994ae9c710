import { expect, test } from 'vitest';
import { parseFrom } from '../../../src/cli/topics/from.ts';

test.each([
  ['start', { at: 'start' }],
  ['end', { at: 'end' }],
  ['0', { at: 'offset', offset: 0 }],
  ['1234', { at: 'offset', offset: 1234 }],
  ['-25', { at: 'last', count: 25 }],
  ['2026-03-02T10:15:00Z', { at: 'time', time: Date.UTC(2026, 2, 2, 10, 15) }],
  ['2026-03-02T13:45+03:30', { at: 'time', time: Date.UTC(2026, 2, 2, 10, 15) }],
  ['2026-03-02', { at: 'time', time: Date.UTC(2026, 2, 2) }],
])('%s', (text, place) => {
  expect(parseFrom(text)).toEqual(place);
});

test.each(['', 'begin', '1.5', '--3', '-', '2026-13-40', '10m'])('%s is no place', (text) => {
  expect(() => parseFrom(text)).toThrow('is no place in a topic');
});
