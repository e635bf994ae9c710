import { expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/util/time.ts';
import { SignalBook } from '../../../src/page/model/signal-book.ts';
import { START, signalRows } from '../../market/lead/lead-data.ts';

const rows = (count: number, coin = 'btc', length = 10 * MINUTE) =>
  signalRows({ coin, length, attention: new Float64Array(count), returns: new Float64Array(count) });
const fill = (book: SignalBook, values: readonly object[]) => {
  for (const value of values) book.set(value as Readonly<Record<string, unknown>>);
};

test('a series has the newest value of each window in order of time, and its version grows', () => {
  const book = new SignalBook();
  const [first, second] = rows(2);
  fill(book, [second!, first!]);
  const { version } = book.series('btc', '10m')!;
  fill(book, [{ ...first, log_return: 0.5 }]);
  const after = book.series('btc', '10m')!;
  expect(after.windows.map(({ start, logReturn }) => [start, logReturn])).toEqual([
    [START, 0.5],
    [START + 10 * MINUTE, 0],
  ]);
  expect(after.version).toBeGreaterThan(version);
});

test('a coin without windows of a length has those of the length with most', () => {
  const book = new SignalBook();
  fill(book, [...rows(3), ...rows(1, 'btc', 60 * MINUTE)]);
  expect(book.series('btc', '1h')!.window).toBe('1h');
  expect(book.series('btc', '1m')!.window).toBe('10m');
  expect(book.series('eth', '10m')).toBeUndefined();
});

test('sliding and provisional windows, and records of another shape, are left out', () => {
  const book = new SignalBook();
  const [row] = rows(1);
  fill(book, [{ ...row, slide: '1m' }, { ...row, final: false }, { ...row, window: 'x' }, {}]);
  expect(book.series('btc', '10m')).toBeUndefined();
});

test('a tombstone removes its window', () => {
  const book = new SignalBook();
  fill(book, rows(2));
  book.delete('btc|10m|2026-03-02T00:00:00.000Z');
  expect(book.series('btc', '10m')!.windows).toHaveLength(1);
});

test('a series keeps the newest month of ten minutes', () => {
  const book = new SignalBook();
  fill(book, rows(6000));
  const { windows } = book.series('btc', '10m')!;
  expect(windows.length).toBeGreaterThanOrEqual(4320);
  expect(windows.length).toBeLessThan(4320 * 1.11);
  expect(windows.at(-1)!.start).toBe(START + 5999 * 10 * MINUTE);
});
