import { expect, test } from 'vitest';
import { leadReport } from '../../../src/market/lead/lead-report.ts';
import type { LeadInput } from '../../../src/market/lead/unit.ts';
import { noise, planted, START, TEN_MINUTES } from './lead-data.ts';

const settings = { highestLag: 3, draws: 199, seed: 1 };
const COUNT = 300;

function inputOf(coin: string, lag: number): LeadInput {
  const values = noise(1, `${coin} x`, COUNT);
  const returns = planted(values, lag, 0.5, noise(1, `${coin} y`, COUNT));
  return { coin, window: '10m', series: 'attention', start: START, length: TEN_MINUTES, values, returns };
}

test('the strongest lead is that of any lag but 0; lag 0 is reported separately', () => {
  const report = leadReport([inputOf('btc', 0), inputOf('eth', 2)], settings);
  expect(report.isLead).toBe(true);
  expect(report.strongest).toMatchObject({ report: { unit: { coin: 'eth' } }, lag: { lag: 2, p: 1 / 200 } });
  expect(report.together).toMatchObject({ report: { unit: { coin: 'btc' } }, lag: { lag: 0, p: 1 / 200 } });
  expect(report.halves).toMatchObject({
    lag: 2,
    lead: { report: { unit: { coin: 'eth' } }, lag: { lag: 2 } },
  });
});

test('each pair of series has its lags, its pairs and the band of 95 %', () => {
  const [unit] = leadReport([inputOf('btc', 2)], settings).units;
  expect(unit!.byLag.map(({ lag }) => lag)).toEqual([-3, -2, -1, 0, 1, 2, 3]);
  expect(unit!.pairs).toBe(unit!.byLag[3]!.pairs);
  expect(unit!.effective).toBeLessThanOrEqual(unit!.pairs);
  expect(unit!.band * Math.sqrt(unit!.effective)).toBeCloseTo(1.96, 4);
});
