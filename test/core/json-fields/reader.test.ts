import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fields } from '../../../src/core/json-fields/plan.ts';
import { fieldsReader } from '../../../src/core/json-fields/reader.ts';
import type { TextBytes } from '../../../src/core/stream/record.ts';
import type { Json } from '../../../src/core/util/json.ts';

const ITEM: Fields = { parts: { tag: 'whole' }, make: (v) => ({ tag: v[0] }) };
const read = fieldsReader({
  parts: {
    id: 'whole',
    user: { parts: { id: 'whole', name: 'whole' }, make: (v) => ({ id: v[0], name: v[1] }) },
    tags: [ITEM],
  },
  make: (v) => ({ id: v[0], user: v[1], tags: v[2] }),
});

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const pick = (value: unknown, names: readonly string[]): unknown =>
  isObject(value) ? Object.fromEntries(names.map((name) => [name, value[name]])) : value;

/** The same by JSON.parse. */
function expected(text: string): unknown {
  const value = JSON.parse(text) as Json;
  const { id, user, tags } = value;
  const items = Array.isArray(tags) ? tags.map((tag) => pick(tag, ['tag'])) : tags;
  return { id, user: pick(user, ['id', 'name']), tags: items };
}

/** Without halves of surrogate pairs, which UTF-8 cannot hold. */
const isWellFormed = (text: string): boolean => Buffer.from(text).toString() === text;

function parses(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    return false;
  }
}

/** Reads a text among others. */
const fieldsOf = (text: string) => {
  const part = Buffer.from(`"}${text}"}]`) as Buffer & TextBytes;
  return read(part, 2, part.length - 3);
};

describe('readers of some fields of JSON', () => {
  test.each([
    '{}',
    '{"id":1,"other":{"id":2},"user":{"id":3,"x":[{"id":4}],"name":"n"},"tags":[{"tag":"a","id":5}]}',
    ' { "id" : -0.5e+3 , "tags" : [ ] , "user" : { } } \n',
    '{"id":12345678901234567890,"user":null,"tags":"none"}',
    '{"id":[1,"two",[true,false,null],{"a":{}}],"user":["x"],"tags":[1,{"tag":{"a":[2]}},null]}',
    '{"id":"a\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude80","user":{"name":"é 🚀 漢字 \u007f"},"tags":[{"tag":"ab"},{"tag":"abcde"}]}',
    '{"id":1,"user":{"id":1,"id":2},"id":"last"}',
    '{"id":0,"__proto__":{"user":1},"user":{"__proto__":{"id":1}},"tags":{"tag":1}}',
    '{"id":9007199254740993,"user":{"id":-0,"name":""},"tags":[[{"tag":1}]]}',
  ])('%s gives what JSON.parse gives', (text) => {
    expect(fieldsOf(text)).toEqual(expected(text));
  });

  test.each([
    '',
    '[]',
    '{',
    '{"id":}',
    '{"id":1,}',
    '{"id":01}',
    '{"id":1.}',
    '{"id":-}',
    '{"id":1e}',
    '{"id":tru}',
    '{"id":"a}',
    '{"x":"a\nb"}',
    '{"x":"\\x"}',
    '{"x":"\\u12g4"}',
    '{"x":[1,]}',
    '{"x":[1 2]}',
    '{"x":{"y"}}',
    '{"x":{1:2}}',
    '{"id":1}}',
    '{"id":1}\0',
    '{"i\\u0064":1}',
    `{"x":${'['.repeat(40)}${']'.repeat(40)}}`,
    `{"id":${'['.repeat(40)}${']'.repeat(40)}}`,
    JSON.stringify({ id: 'x'.repeat(2 ** 16) }),
  ])('%j is left to JSON.parse', (text) => {
    expect(fieldsOf(text)).toBeUndefined();
  });

  test('a text with one character changed has the value of JSON.parse, or is left to JSON.parse', () => {
    const names = fc.constantFrom('id', 'user', 'tags', 'tag', 'name', 'di', '', 'é');
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: 'binary', maxLength: 8 }).filter(isWellFormed),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
        fc.constantFrom(null, true, false),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(names, tie('value'), { maxKeys: 6 }),
      ),
    }));
    const change = fc.record({
      at: fc.nat(),
      out: fc.nat(2),
      in: fc.constantFrom('', '', '"', '\\', '}', ',', ' ', '0', '\n'),
    });
    fc.assert(
      fc.property(
        fc.dictionary(names, value),
        change,
        fc.constantFrom(undefined, 1),
        (object, { at, out, in: put }, blanks) => {
          const whole = JSON.stringify(object, undefined, blanks);
          const from = at % whole.length;
          const changed = `${whole.slice(0, from)}${put}${whole.slice(from + out)}`;
          for (const text of [whole, isWellFormed(changed) ? changed : whole]) {
            const found = fieldsOf(text);
            if (found !== undefined) expect(found).toEqual(expected(text));
            if (text === whole && !text.includes('\\')) expect(found).toBeDefined();
            if (found !== undefined) expect(parses(text)).toBe(true);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});
