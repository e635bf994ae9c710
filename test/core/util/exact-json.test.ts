import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InvalidRecord } from '../../../src/core/stream/record.ts';
import { readExactly } from '../../../src/core/util/exact-json.ts';
import { jsonText, parseExact, parseExactObject } from '../../../src/core/util/json.ts';

test.each([
  ['{"order_id":1790000000000000001,"supply":12345678901234567890}'],
  ['{"a":[-9007199254740993,{"b":9007199254740993}]}'],
  ['{"a":9007199254740993,"b":"9007199254740993: \\"1234567890123456789\\" ","c":[],"d":{}}'],
  ['{"__proto__":1234567890123456789}'],
  [`{"a":${'7'.repeat(300)}}`],
])('%s comes back with every digit', (text) => expect(jsonText(parseExactObject(text))).toBe(text));

test('whole numbers that a float holds exactly stay numbers', () => {
  expect(parseExact('{"a":9007199254740991,"b":1234567890123456.5,"c":1e20}')).toEqual({
    a: 9007199254740991,
    b: 1234567890123456.5,
    c: 1e20,
  });
});

test('white space is allowed between all tokens', () => {
  expect(parseExact(' { "a" : [ 12345678901234567890 , true , null ] , "b" : { } } ')).toEqual({
    a: [12345678901234567890n, true, null],
    b: {},
  });
});

test.each(['{"a":1e400}', '{"a":[-1e999]}', `{"a":${'9'.repeat(400)}}`])(
  '%s is too large for a number',
  (text) => expect(() => parseExact(text)).toThrow(InvalidRecord),
);

test('the result equals that of JSON.parse, except for long whole numbers', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom(undefined, 2), (text, indent) => {
      const value: unknown = JSON.parse(text);
      const again = JSON.stringify(value, null, indent);
      expect(
        JSON.stringify(readExactly(again), (_, part) => (typeof part === 'bigint' ? Number(part) : part)),
      ).toBe(JSON.stringify(value));
    }),
    { seed: 5 },
  );
});

test('whole numbers of any length survive a round trip', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n })), (numbers) => {
      const text = `{"numbers":[${numbers.join(',')}]}`;
      expect(jsonText(parseExact(text))).toBe(text);
    }),
    { seed: 5 },
  );
});
