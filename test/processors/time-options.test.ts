import { describe, expect, test } from 'vitest';
import {
  delayOf,
  idleOption,
  latenessOption,
  sourceLagOption,
  timeRules,
} from '../../src/processors/time-options.ts';

describe('the options of event time', () => {
  test('the defaults are 30 s of lateness and 1 m until idle', () => {
    expect([latenessOption.fallbackText, idleOption.fallbackText]).toEqual(['30s', '1m']);
    expect(timeRules({ lateness: 30_000, idle: 60_000, sourceLag: {} })).toMatchObject({
      latenessMs: 30_000,
      idleMs: 60_000,
    });
  });

  test('lags are known for polled sources and X only', () => {
    const lagOf = delayOf({});
    expect(['coinmarketcap', 'wallex', 'x'].map(lagOf)).toEqual([360_000, 5000, 30_000]);
    for (const source of ['file', 'sample', 'file-coinmarketcap', 'constructor', ''])
      expect(lagOf(source)).toBeUndefined();
  });

  test('--source-lag overrides the lag, for a file whatever the source of its lines', () => {
    const lagOf = delayOf(sourceLagOption.parse('file=30s,wallex=1m,file-x=2m'));
    expect(['file', 'file-wallex', 'file-x', 'wallex', 'coinmarketcap'].map(lagOf)).toEqual([
      30_000, 30_000, 120_000, 60_000, 360_000,
    ]);
  });
});
