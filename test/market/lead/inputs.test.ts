import { describe, expect, test } from 'vitest';
import { DAY, HOUR } from '../../../src/core/util/time.ts';
import { leadInputs } from '../../../src/market/lead/inputs.ts';
import { readSignalWindow, type SignalWindow } from '../../../src/market/lead/signal-windows.ts';
import { noise, type SignalSeries, START, signalRows, TEN_MINUTES } from './lead-data.ts';

const windowsOf = (...series: readonly SignalSeries[]): SignalWindow[] =>
  series.flatMap((one) => signalRows(one).map((row) => readSignalWindow(JSON.stringify(row))));
const noisy = (coin: string, count: number, length = TEN_MINUTES): SignalSeries => ({
  coin,
  length,
  attention: noise(1, coin, count),
  returns: noise(2, coin, count),
});

describe('inputs of the test of leads', () => {
  test('coins of one window share a grid, and absent windows are missing', () => {
    const btc = windowsOf(noisy('btc', 60)).filter((_, at) => at !== 7);
    const eth = windowsOf(noisy('eth', 80)).slice(20);
    const { inputs, leftOut } = leadInputs([...eth, ...btc], ['attention']);
    expect(leftOut).toEqual([]);
    expect(inputs.map(({ coin, start, values }) => [coin, start, values.length])).toEqual([
      ['btc', START, 80],
      ['eth', START, 80],
    ]);
    const missing = inputs.map(({ values }) => [...values.keys()].filter((at) => Number.isNaN(values[at]!)));
    expect(missing[0]).toEqual([7, ...Array.from({ length: 20 }, (_, at) => 60 + at)]);
    expect(missing[1]).toEqual(Array.from({ length: 20 }, (_, at) => at));
    expect(inputs[0]!.values[8]).toBe(noise(1, 'btc', 60)[8]);
    expect(inputs[0]!.returns[8]).toBe(noise(2, 'btc', 60)[8]);
  });

  test('series of shorter windows come first', () => {
    const { inputs } = leadInputs(windowsOf(noisy('b', 50, DAY), noisy('a', 50, HOUR), noisy('b', 50)), [
      'attention',
    ]);
    expect(inputs.map(({ coin, window }) => `${coin} ${window}`)).toEqual(['b 10m', 'a 1h', 'b 1d']);
  });

  test('a pair of series that is short, or does not change, is left out with the reason', () => {
    const flat = { ...noisy('flat', 60), attention: new Float64Array(60).fill(2) };
    const still = { ...noisy('still', 60), returns: new Float64Array(60) };
    const short = noisy('short', 47);
    const gappy = {
      ...noisy('gappy', 60),
      returns: noise(2, 'gappy', 60).map((value, t) => (t < 13 ? Number.NaN : value)),
    };
    const { inputs, leftOut } = leadInputs(windowsOf(flat, still, short, gappy, noisy('good', 48)), [
      'attention',
    ]);
    expect(inputs.map(({ coin }) => coin)).toEqual(['good']);
    expect(leftOut.map(({ coin, why }) => `${coin}: ${why}`)).toEqual([
      'flat: its value never changes',
      'gappy: 47 of 48 windows with both a value and a return',
      'short: 47 of 48 windows with both a value and a return',
      'still: its return never changes',
    ]);
  });

  test('a time that stretches the grid beyond all bounds is refused', () => {
    const [first] = windowsOf(noisy('btc', 1));
    const windows = [{ ...first!, start: 0, end: TEN_MINUTES }, ...windowsOf(noisy('btc', 60))];
    expect(() => leadInputs(windows, ['attention'])).toThrow(RangeError);
  });
});
