import { describe, expect, test } from 'vitest';
import { objectsOf, parseObject, shown } from '../../src/core/json.ts';
import { Unreadable } from '../../src/core/record.ts';

describe('a text', () => {
  test('that holds an object is read', () => {
    expect(parseObject('{"a":1}')).toEqual({ a: 1 });
  });

  test.each(['{"a":', '', 'NaN'])('%j is not JSON', (text) => {
    expect(() => parseObject(text)).toThrow(Unreadable);
    expect(() => parseObject(text)).toThrow(/^not JSON: ./);
  });

  test.each(['[1]', 'null', '"a"', '7'])('%s is JSON, but no object', (text) => {
    expect(() => parseObject(text)).toThrow(new Unreadable('not a JSON object'));
  });
});

test('of an array the objects count', () => {
  expect(objectsOf([{ a: 1 }, null, [2], 'b', { c: 3 }])).toEqual([{ a: 1 }, { c: 3 }]);
  expect(objectsOf({ length: 1 })).toEqual([]);
});

test.each([
  [undefined, 'nothing'],
  [null, 'null'],
  ['x'.repeat(100), `"${'x'.repeat(59)}`],
])('%j is quoted as %s', (value, text) => {
  expect(shown(value)).toBe(text);
});
