import { describe, expect, test } from 'vitest';
import { rowMatcher } from '../../../../src/sinks/lake/purge/row-matcher.ts';

const matcherOf = (ids: readonly string[], authors: readonly string[] = []) =>
  rowMatcher({ ids: new Set(ids), authors: new Set(authors) });
const stats = (least: string, most: string) =>
  JSON.stringify({ minValues: { id: least }, maxValues: { id: most } });

describe('a row matcher', () => {
  test('statistics tell which ids a file may contain; without statistics, all of them', () => {
    const { idsInRange } = matcherOf(['5', '1', '3']);
    expect(idsInRange(stats('1', '3'))).toEqual(['1', '3']);
    expect(idsInRange(stats('30', '4'))).toEqual([]);
    for (const none of [undefined, null, '{}', '{"minValues":{"id":1},"maxValues":{"id":2}}'])
      expect(idsInRange(none)).toEqual(['1', '3', '5']);
  });

  test('a matcher for an author matches every file', () => {
    expect(matcherOf(['1']).mayMatchFile(stats('2', '3'))).toBe(false);
    expect(matcherOf(['1'], ['4']).mayMatchFile(stats('2', '3'))).toBe(true);
  });

  test('a matcher compares whole ids of posts and authors, and handles in any case', () => {
    const { columnMatcher } = matcherOf(['1'], ['4', 'some']);
    expect(['1', '11'].map(columnMatcher('id')!)).toEqual([true, false]);
    expect(['4', '1'].map(columnMatcher('author_id')!)).toEqual([true, false]);
    expect(['Some', 'someone'].map(columnMatcher('username')!)).toEqual([true, false]);
    expect([
      columnMatcher('text'),
      columnMatcher('constructor'),
      matcherOf(['1']).columnMatcher('username'),
    ]).toEqual([undefined, undefined, undefined]);
  });
});
