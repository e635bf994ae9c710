import { describe, expect, test } from 'vitest';
import { InvalidRecord } from '../../../src/core/stream/record.ts';
import { splitRow } from '../../../src/market/prices/csv.ts';

describe('splitRow', () => {
  test.each([
    ['a,b,c', ['a', 'b', 'c']],
    ['', ['']],
    ['a,,', ['a', '', '']],
    ['"a,b",c', ['a,b', 'c']],
    ['"",x', ['', 'x']],
    [',"x"', ['', 'x']],
    ['x,"say ""hi""",', ['x', 'say "hi"', '']],
    ['a, "b" ,c', ['a', 'b', 'c']],
  ])('%s', (line, fields) => {
    expect(splitRow(line)).toEqual(fields);
  });

  test.each(['"a', 'a"b,c', '"a"b,c', 'a,"b'])('a misplaced quote is rejected: %s', (line) => {
    expect(() => splitRow(line)).toThrow(InvalidRecord);
  });
});
