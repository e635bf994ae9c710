import { describe, expect, test } from 'vitest';
import { maxRejects, rejectWarning, throwIfMostRejected } from '../../../src/cli/pipeline/rejects.ts';
import type { StageStats } from '../../../src/runtime/stage.ts';
import { fakeStage } from '../fakes.ts';

const stageOf = (stats: Partial<StageStats>, readsFiles = true) => {
  const { stage } = fakeStage('produce file', [], { readsFiles });
  Object.assign(stage.stats, stats);
  return stage;
};

describe('the warning about rejected lines', () => {
  test('names the three most frequent reasons and counts the rest', () => {
    const rejectReasons = { 'no time': 113, 'no price': 1900, 'too long': 2, 'not JSON': 90, odd: 8 };
    expect(rejectWarning(stageOf({ in: 2200, rejected: 2113, rejectReasons }), 'cryptopipe')).toBe(
      'produce file: 2,113 of 2,200 lines rejected: 1,900 no price; 113 no time; 90 not JSON; 10 for other reasons; to see them, run cryptopipe topics tail rejects',
    );
  });

  test('comes for more than half of the lines', () => {
    expect(rejectWarning(stageOf({ in: 10, rejected: 5 }), '')).toBeUndefined();
    expect(rejectWarning(stageOf({ in: 10, rejected: 6 }), '')).toContain('6 of 10 lines rejected; to');
    expect(rejectWarning(stageOf({}), '')).toBeUndefined();
  });

  test('counts the records of a stage that reads no file', () => {
    expect(rejectWarning(stageOf({ in: 1, rejected: 1 }, false), '')).toContain('1 of 1 record rejected');
  });
});

describe('--max-rejects', () => {
  test.each([
    ['50%', 0.5],
    ['0.5', 0.5],
    ['.25', 0.25],
    ['100%', 1],
    ['1', 1],
    ['0', 0],
    ['12.5%', 0.125],
  ])('%s', (text, share) => expect(maxRejects.parse(text)).toBe(share));

  test.each(['50', '101%', '-1', '', '%', 'half', '1e-1'])("'%s' is refused", (text) =>
    expect(() => maxRejects.parse(text)).toThrow('write 50% or 0.5'),
  );

  test('more rejected lines of a file than it allows are an error; of a live source they are not', () => {
    const stage = stageOf({ in: 100, rejected: 8 });
    expect(() => throwIfMostRejected([stage], 0.07)).toThrow(
      'produce file: 8 of 100 lines rejected, more than --max-rejects allows (7%)',
    );
    throwIfMostRejected([stage], 0.08);
    throwIfMostRejected([stageOf({ in: 1, rejected: 1 })], 1);
    throwIfMostRejected([stageOf({ in: 1, rejected: 1 }, false)], 0);
  });
});
