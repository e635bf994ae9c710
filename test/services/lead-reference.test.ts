import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { averageRanks } from '../../src/core/stats/ranks.ts';
import { random } from '../../src/core/util/random.ts';
import { DAY, HOUR, type Millis } from '../../src/core/util/time.ts';
import { leadReport } from '../../src/market/lead/lead-report.ts';
import type { LeadInput } from '../../src/market/lead/unit.ts';
import { noise, planted, START, TEN_MINUTES } from '../market/lead/lead-data.ts';
import { here } from './python.ts';
import { shared } from './shared/shared.ts';

const HIGHEST_LAG = 6;

interface Shape {
  readonly name: string;
  readonly count: number;
  readonly length: Millis;
  /** The part of windows without a value. */
  readonly gaps: number;
  /** Values are rounded to multiples of this; 0: not. */
  readonly step: number;
  /** How much of a value the next one keeps. */
  readonly memory: number;
}

const SHAPES: readonly Shape[] = [
  { name: 'complete', count: 400, length: TEN_MINUTES, gaps: 0, step: 0, memory: 0.6 },
  { name: 'a rhythm of days', count: 1000, length: TEN_MINUTES, gaps: 0.02, step: 0, memory: 0.5 },
  { name: 'a rhythm of weeks', count: 700, length: HOUR, gaps: 0.05, step: 0, memory: 0.8 },
  { name: 'days and weeks', count: 2100, length: TEN_MINUTES, gaps: 0.1, step: 0.5, memory: 0.3 },
  { name: 'ties and gaps without memory', count: 200, length: TEN_MINUTES, gaps: 0.3, step: 1, memory: 0 },
  { name: 'days', count: 60, length: DAY, gaps: 0.1, step: 0.25, memory: 0.4 },
];

/** Values with gaps (some of many windows), ties and memory. */
function shaped(seed: number, name: string, { count, gaps, step, memory }: Shape): Float64Array {
  const { chance, below } = random(seed, `${name} gaps`);
  let before = 0;
  const values = noise(seed, name, count).map((value) => {
    before = memory * before + value;
    return step === 0 ? before : Math.round(before / step) * step;
  });
  values.forEach((_, t) => {
    if (chance(gaps)) values.fill(Number.NaN, t, t + 1);
    if (chance(gaps / 20)) values.fill(Number.NaN, t, t + below(30));
  });
  return values;
}

const inputs: readonly LeadInput[] = SHAPES.map((shape, at) => {
  const values = shaped(at, 'attention', shape);
  const returns = planted(values, 2, 0.3, shaped(at, 'return', shape));
  const { name, length } = shape;
  return { coin: name, window: `${length} ms`, series: 'attention', start: START, length, values, returns };
});
const ranked = [noise(9, 'ranks', 50), noise(9, 'ties', 200).map(Math.round), inputs[4]!.values];

interface Reference {
  readonly units: readonly {
    readonly coefficients: readonly (readonly number[])[];
    readonly lost: number;
    readonly effective: number;
    readonly by_lag: readonly { lag: number; pairs: number; pearson: number; spearman: number }[];
  }[];
  readonly ranks: readonly (readonly (number | null)[])[];
}

describe('pandas, statsmodels and scipy', () => {
  const dir = mkdtempSync(join(tmpdir(), 'cryptopipe-lead-'));
  const report = leadReport(inputs, { highestLag: HIGHEST_LAG, draws: 19, seed: 1 });
  let reference: Reference;

  beforeAll(async () => {
    const file = join(dir, 'series.json');
    const units = inputs.map((input) => ({
      ...input,
      highestLag: HIGHEST_LAG,
      // JSON writes NaN as null.
      values: [...input.values],
      returns: [...input.returns],
    }));
    writeFileSync(file, JSON.stringify({ units, ranked: ranked.map((values) => [...values]) }));
    const { program } = await shared('python');
    reference = JSON.parse(execFileSync(program, [here('lead_reference.py'), file], { encoding: 'utf8' }));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const expectClose = (value: number, expected: number) =>
    expect(Math.abs(value - expected), `${value} for ${expected}`).toBeLessThan(1e-9);

  test.each(SHAPES.map(({ name }, at) => ({ name, at })))(
    '$name: the same autoregressions, correlations and effective pairs to 1e-9',
    ({ at }) => {
      const { unit, effective, byLag } = report.units[at]!;
      const expected = reference.units[at]!;
      const models = [unit.xModel, unit.yModel].map(({ coefficients }) => coefficients);
      expect(models.map(({ length }) => length)).toEqual(expected.coefficients.map(({ length }) => length));
      models.forEach((model, side) => {
        model.forEach((phi, j) => {
          expectClose(phi, expected.coefficients[side]![j]!);
        });
      });
      expectClose(unit.lost, expected.lost);
      expectClose(effective / expected.effective, 1);
      expect(byLag.map(({ lag, pairs }) => [lag, pairs])).toEqual(
        expected.by_lag.map(({ lag, pairs }) => [lag, pairs]),
      );
      byLag.forEach(({ pearson, spearman }, row) => {
        expectClose(pearson, expected.by_lag[row]!.pearson);
        expectClose(spearman, expected.by_lag[row]!.spearman);
      });
    },
  );

  test('scipy gives the same ranks, ties by their average', () => {
    ranked.forEach((values, at) => {
      const ranks = [...averageRanks(values)].map((rank) => (Number.isNaN(rank) ? null : rank));
      expect(ranks).toEqual(reference.ranks[at]);
    });
  });
});
