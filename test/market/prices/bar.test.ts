import { expect, test } from 'vitest';
import { InvalidRecord } from '../../../src/core/stream/record.ts';
import { type Bar, barKey, barTime, readBar } from '../../../src/market/prices/bar.ts';

const bar: Bar = {
  source: 'file',
  base: 'btc',
  quote: 'usdt',
  open: 10,
  high: 14,
  low: 9,
  close: 12,
  volume: 5,
  quote_volume: null,
  trades: 7,
  start: '2026-03-02T12:00:00.000Z',
  end: '2026-03-02T12:05:00.000Z',
  final: true,
};

test('a bar has its span, and its end is its event time', () => {
  const start = Date.parse(bar.start);
  expect(readBar(bar)).toEqual({ bar, start, end: start + 300_000 });
  expect(barTime(bar)).toBe(start + 300_000);
  expect(barTime({ end: 5 })).toBeNaN();
});

test('volumes and trades may be 0, null or absent', () => {
  for (const volume of [0, null, undefined]) {
    const { volume: read } = readBar({ ...bar, volume, quote_volume: volume, trades: volume }).bar;
    expect(read).toBe(volume);
  }
});

test.each([
  [{ open: 15 }, 'open 15 or close 12 is outside low 9 to high 14'],
  [{ close: 8 }, 'open 10 or close 8 is outside low 9 to high 14'],
  [{ low: 0 }, 'low: 0 is not a positive number'],
  [{ volume: -1 }, 'volume: -1 is not a number from 0'],
  [{ trades: '5' }, 'trades: "5" is not a number from 0'],
  [{ final: undefined }, 'final: nothing is not a boolean'],
  [{ end: bar.start }, 'is not after start'],
  [{ start: 'soon' }, 'start: "soon" is not a time'],
  [{ base: '' }, 'base'],
])('a bar with %j is rejected', (wrong, why) => {
  const attempt = () => readBar({ ...bar, ...wrong });
  expect(attempt).toThrow(InvalidRecord);
  expect(attempt).toThrow(why);
});

test('bars of two sources, lengths or starts have different keys, and a correction has the same', () => {
  expect(barKey(bar, '5m')).toBe('file|btc|usdt|5m@2026-03-02T12:00:00.000Z');
  expect(barKey({ ...bar, close: 11 }, '5m')).toBe(barKey(bar, '5m'));
  const others = [
    barKey({ ...bar, source: 'a' }, '5m'),
    barKey(bar, '1m'),
    barKey({ ...bar, start: bar.end }, '5m'),
  ];
  expect(new Set([barKey(bar, '5m'), ...others]).size).toBe(4);
});
