import { describe, expect, test } from 'vitest';
import { isAbandoned, isUnfinished, unfinishedName } from '../../../../src/sinks/lake/store/unfinished.ts';
import { thisWriter } from '../../../../src/sinks/lake/store/writer-id.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 2, 2);
const UUID = '0d8f9a3e-1a2b-4c3d-8e4f-0123456789ab';
const aged = (name: string, hours: number) => ({ name, modified: NOW - hours * HOUR });

test('the name of an unfinished file is hidden, unique and short', () => {
  const names = [unfinishedName(), unfinishedName()];
  expect(new Set(names).size).toBe(2);
  for (const name of names) expect([isUnfinished(name), name.length < 120]).toEqual([true, true]);
});

describe('an unfinished file is abandoned', () => {
  const machine = thisWriter().split('.')[0];
  const ofEnded = `.cryptopipe-${machine}.4194305.1-${UUID}.tmp`;
  const ofOther = `.cryptopipe-0123456789ab.1.1-${UUID}.tmp`;
  const ofOlder = `date=2026-03-01/.prices-0-0-9.parquet.${UUID}.tmp`;

  test.each([
    ['at once when its process has ended', ofEnded, 0, true],
    ['never while its process runs', unfinishedName(), 1000, false],
    ['after a day when its process is on another machine', ofOther, 25, true],
    ['after a day when an older version wrote it', ofOlder, 25, true],
  ])('%s', (_, name, hours, expected) => {
    expect(isAbandoned(aged(name, hours), NOW)).toBe(expected);
  });

  test.each([
    ['its process is on another machine', ofOther, 23],
    ['an older version wrote it', ofOlder, 23],
    ['another program wrote it', '.swap.tmp', 1000],
  ])('an unfinished file is not abandoned yet if %s', (_, name, hours) => {
    expect(isAbandoned(aged(name, hours), NOW)).toBe(false);
  });
});
