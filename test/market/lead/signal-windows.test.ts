import { expect, test } from 'vitest';
import { InvalidRecord } from '../../../src/core/stream/record.ts';
import { readSignalWindow } from '../../../src/market/lead/signal-windows.ts';
import { START, signalRows, TEN_MINUTES } from './lead-data.ts';

const [row] = signalRows({ coin: 'btc', attention: [1.5], sentiment: [-0.2], returns: [0.01] });
const read = (changes: object = {}) => readSignalWindow(JSON.stringify({ ...row, ...changes }));

test('a row of signals is read with its times and values', () => {
  expect(read()).toEqual({
    coin: 'btc',
    window: '10m',
    start: START,
    end: START + TEN_MINUTES,
    isSliding: false,
    isFinal: true,
    values: { attention: 1.5, sentiment: -0.2 },
    logReturn: 0.01,
  });
});

test('null, absent and other than numbers are missing values', () => {
  const { values, logReturn } = read({ attention_z: null, sentiment_mean: undefined, log_return: '0.1' });
  expect([values.attention, values.sentiment, logReturn]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});

test('a row says whether its window slides and whether it is final', () => {
  expect(read({ slide: '1m', final: false })).toMatchObject({ isSliding: true, isFinal: false });
});

test.each([
  [{ coin: 1 }, 'coin or window is not a text'],
  [{ window: undefined }, 'coin or window is not a text'],
  [{ window: 'ten' }, "'ten' is not a span"],
  [{ window: '0s' }, "'0s' has no length"],
  [{ window_start: 'soon' }, 'window_start is not a time'],
  [{ window_end: null }, 'window_end is not a time'],
  [{ window_end: '2026-03-02T00:00:00.000Z' }, 'has no length'],
])('%o is no row of signals', (changes, message) => {
  expect(() => read(changes)).toThrow(InvalidRecord);
  expect(() => read(changes)).toThrow(message);
});

test('what is no JSON object is no row of signals', () => {
  for (const text of ['', '[]', '1']) expect(() => readSignalWindow(text)).toThrow(InvalidRecord);
});
