import { describe, expect, test } from 'vitest';
import { InvalidRecord } from '../../../src/core/stream/record.ts';
import { numberOf, objectsOf, parseJson, parseObject, preview } from '../../../src/core/util/json.ts';

describe('parsing', () => {
  test('a JSON object is parsed', () => {
    expect(parseObject('{"a":1}')).toEqual({ a: 1 });
  });

  test.each(['{"a":', '', 'NaN'])('%j is not JSON', (text) => {
    expect(() => parseObject(text)).toThrow(InvalidRecord);
    expect(() => parseObject(text)).toThrow(/^not JSON: ./);
  });

  test.each(['[1]', 'null', '"a"', '7'])('%s is JSON but not an object', (text) => {
    expect(() => parseObject(text)).toThrow(new InvalidRecord('not a JSON object'));
  });
});

describe('nesting', () => {
  const arrays = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
  const objects = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  const wide = (text: string): string => `[${Array.from({ length: 100 }, () => '[{}]').join(',')},${text}]`;

  test.each([arrays(64), objects(64), wide(arrays(63))])('64 levels are parsed', (text) => {
    expect(JSON.stringify(parseJson(text))).toBe(text);
  });

  test.each([arrays(65), objects(65), wide(arrays(64)), `{"text":"[[[","a":${arrays(64)}}`, arrays(100_000)])(
    '65 levels and more are rejected',
    (text) => expect(() => parseJson(text)).toThrow(new InvalidRecord('nested deeper than 64')),
  );

  test('brackets inside strings do not count', () => {
    expect(parseObject(`{"a":"${'['.repeat(500)}"}`)).toEqual({ a: '['.repeat(500) });
  });
});

test('a text longer than the limit is rejected', () => {
  expect(parseJson(`"${'x'.repeat(2 ** 20 - 2)}"`, 2 ** 20)).toHaveLength(2 ** 20 - 2);
  expect(() => parseJson(`"${'x'.repeat(2 ** 20)}"`, 2 ** 20)).toThrow('longer than 1 MB');
});

test('numbers and numeric texts are numbers; an object with its own valueOf is not', () => {
  expect([numberOf(5), numberOf('5'), numberOf(5n)]).toEqual([5, 5, 5]);
  for (const value of [{ valueOf: 1, toString: 1 }, [5], null, true, undefined])
    expect(numberOf(value)).toBeNaN();
});

test('objectsOf keeps only the objects of an array', () => {
  expect(objectsOf([{ a: 1 }, null, [2], 'b', { c: 3 }])).toEqual([{ a: 1 }, { c: 3 }]);
  expect(objectsOf({ length: 1 })).toEqual([]);
});

test.each([
  [undefined, 'nothing'],
  [null, 'null'],
  ['x'.repeat(100), `"${'x'.repeat(59)}`],
])('%j is quoted as %s', (value, text) => {
  expect(preview(value)).toBe(text);
});

test('a whole number past 2^53 is quoted with all its digits', () => {
  expect(preview(12345678901234567890n)).toBe('12345678901234567890');
  expect(preview({ a: 9007199254740993n })).toBe('{"a":9007199254740993}');
});
