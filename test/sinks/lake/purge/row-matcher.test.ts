import { describe, expect, test } from 'vitest';
import { rowMatcher } from '../../../../src/sinks/lake/purge/row-matcher.ts';

const seeker = (ids: readonly string[], authors: readonly string[] = []) =>
  rowMatcher({ ids: new Set(ids), authors: new Set(authors) });
const stats = (least: string, most: string) =>
  JSON.stringify({ minValues: { id: least }, maxValues: { id: most } });

describe('a seeker', () => {
  test('knows by statistics which ids may be in a file, and without them suspects all', () => {
    const { idsInRange: idsWithin } = seeker(['5', '1', '3']);
    expect(idsWithin(stats('1', '3'))).toEqual(['1', '3']);
    expect(idsWithin(stats('30', '4'))).toEqual([]);
    for (const none of [undefined, null, '{}', '{"minValues":{"id":1},"maxValues":{"id":2}}'])
      expect(idsWithin(none)).toEqual(['1', '3', '5']);
  });

  test('of an author passes no file by, whatever ids it has', () => {
    expect(seeker(['1']).mayMatchFile(stats('2', '3'))).toBe(false);
    expect(seeker(['1'], ['4']).mayMatchFile(stats('2', '3'))).toBe(true);
  });

  test('goes by the whole id of a post or an author, and by a handle of any case', () => {
    const { columnMatcher: soughtIn } = seeker(['1'], ['4', 'some']);
    expect(['1', '11'].map(soughtIn('id')!)).toEqual([true, false]);
    expect(['4', '1'].map(soughtIn('author_id')!)).toEqual([true, false]);
    expect(['Some', 'someone'].map(soughtIn('username')!)).toEqual([true, false]);
    expect([soughtIn('text'), soughtIn('constructor'), seeker(['1']).columnMatcher('username')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
