import { expect, test } from 'vitest';
import { lagChart, leadTable } from '../../../../src/cli/commands/signals/lag-lines.ts';
import { MINUTE } from '../../../../src/core/util/time.ts';
import { leadReport } from '../../../../src/market/lead/lead-report.ts';
import { noise, planted, START } from '../../../market/lead/lead-data.ts';

const plain = (text: string) => text;
const values = noise(1, 'x', 300);
const input = { coin: 'btc', window: '10m', series: 'attention', start: START, length: 10 * MINUTE };
const report = leadReport([{ ...input, values, returns: planted(values, 2, -0.5, noise(1, 'y', 300)) }], {
  highestLag: 2,
  draws: 199,
  seed: 1,
});
const [unit] = report.units;

test('the table has a row for each direction, and one for neither', () => {
  const rows = leadTable(report, plain).map((line) => line.split(/\s{2,}/));
  expect(rows[0]).toEqual([
    'COIN',
    'WINDOW',
    'WHAT FIRST',
    'LAG',
    'PEARSON',
    'SPEARMAN',
    'P',
    'PAIRS',
    'EFFECTIVE',
  ]);
  expect(rows.slice(1).map(([, , first, lag]) => [first, lag])).toEqual([
    ['attention', '+20m'],
    ['return', expect.stringMatching(/^-[12]0m$/)],
    ['neither', '0'],
  ]);
  expect(rows[1]![6]).toBe('0.005');
});

test('the chart draws a negative correlation to the left, beyond the band', () => {
  const lines = lagChart(unit!, plain);
  expect(lines).toHaveLength(7);
  const led = lines[5]!;
  expect(led).toMatch(/^\+20m -0\.\d{3} █{24}│ {4,}┊$/);
  const middle = led.indexOf('│');
  for (const line of lines.slice(1, 6)) expect(line.indexOf('│')).toBe(middle);
});

test('a correlation that does not exist has no bar', () => {
  const [first, ...rest] = unit!.byLag;
  const lines = lagChart({ ...unit!, byLag: [{ ...first!, pearson: Number.NaN }, ...rest] }, plain);
  expect(lines[1]).toMatch(/^-20m {6}- /);
  expect(lines[1]).not.toContain('█');
});
