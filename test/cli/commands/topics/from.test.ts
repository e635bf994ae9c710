import { expect, test } from 'vitest';
import { offsetOf, parseFrom } from '../../../../src/cli/commands/topics/from.ts';

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

test.each(['', 'begin', '1.5', '--3', '-', '2026-13-40', '10m'])(
  "'%s' is not a position in a topic",
  (text) => {
    expect(() => parseFrom(text)).toThrow('is not a position in a topic');
  },
);

test('a position resolves to an offset in each partition, within the retained records', async () => {
  const kept = { partition: 0, start: 10, end: 20 };
  const log = { offsetAt: async (_: string, __: number, time: number) => time };
  const at = (text: string) => offsetOf(log, 't', kept, parseFrom(text) as never);
  expect(await Promise.all(['start', 'end', '5', '15', '25'].map(at))).toEqual([10, 20, 10, 15, 20]);
  expect(await offsetOf(log, 't', kept, { at: 'time', time: 12 })).toBe(12);
});
