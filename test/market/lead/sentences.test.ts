import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/util/time.ts';
import { leadReport } from '../../../src/market/lead/lead-report.ts';
import { correlationText, lagText, pText, sentences } from '../../../src/market/lead/sentences.ts';
import type { LeadInput } from '../../../src/market/lead/unit.ts';
import { noise, planted, START } from './lead-data.ts';

const COUNT = 300;
const settings = { highestLag: 3, draws: 199, seed: 1 };
const x = noise(1, 'x', COUNT);
const other = noise(1, 'y', COUNT);

const input = (returns: Float64Array, changes: Partial<LeadInput> = {}): LeadInput => ({
  coin: 'btc',
  window: '10m',
  series: 'attention',
  start: START,
  length: 10 * MINUTE,
  values: x,
  returns,
  ...changes,
});
const answer = (...inputs: readonly LeadInput[]) => sentences(leadReport(inputs, settings));

test('a lag is a span with its sign', () => {
  expect([2, -3, 0].map((lag) => lagText(lag, 10 * MINUTE))).toEqual(['+20m', '-30m', '0']);
  expect(lagText(6, HOUR / 4)).toBe('+1h30m');
});

test('a p is never 0, and a correlation that does not exist is a dash', () => {
  expect([0.0499, 0.001, 0.0004].map(pText)).toEqual(['0.050', '0.001', '< 0.001']);
  expect(correlationText(Number.NaN)).toBe('-');
});

test('a return that leads attention is reported as leading it', () => {
  const [first] = answer(input(x, { values: planted(x, 2, 0.5, other) }));
  expect(first).toMatch(
    /^A lead found: the return comes 20m before attention \(btc, windows of 10m\), r = 0\.\d+, p = 0\.005 once 7 lags are allowed for\.$/,
  );
});

test('everything that was tested together is allowed for', () => {
  const coins = ['btc', 'eth'].flatMap((coin) =>
    ['10m', '1h'].flatMap((window) =>
      ['attention', 'sentiment'].map((series) =>
        input(noise(3, coin + window + series, COUNT), { coin, window, series }),
      ),
    ),
  );
  expect(answer(...coins)[0]).toContain('once 7 lags, 2 coins, 2 windows and 2 series are allowed for.');
});

test('the answer says that what moves together within a window is no lead', () => {
  const texts = answer(input(planted(x, 0, 0.5, other)));
  expect(texts.at(-1)).toMatch(
    /^Attention and return move together within one window \(btc, windows of 10m, r = 0\.\d+\); that is no lead\.$/,
  );
});

test('a lead of the first half alone may be chance', () => {
  const led = planted(x, 1, 0.7, other);
  const texts = answer(input(led.map((value, t) => (t < COUNT / 2 ? value : other[t]!))));
  expect(texts[0]).toMatch(/^A lead found: attention comes 10m/);
  expect(texts[1]).toMatch(
    /^The first half finds that attention comes 10m before the return .* but the second half does not confirm it \(p = 0\.\d+\): it may be chance, so look again with more data\.$/,
  );
});
