import { expect, test } from 'vitest';
import { Unreadable } from '../../src/core/record.ts';
import { parseObject } from '../../src/sinks/parse-object.ts';

test('an object is read', () => {
  expect(parseObject('{"a":1}')).toEqual({ a: 1 });
});

test.each(['{"a":', '', 'NaN'])('%j is not JSON', (text) => {
  expect(() => parseObject(text)).toThrow(new Unreadable('the value is not JSON'));
});

test.each(['[1]', 'null', '"a"', '7'])('%s is JSON, but no object', (text) => {
  expect(() => parseObject(text)).toThrow(new Unreadable('the value is not a JSON object'));
});
