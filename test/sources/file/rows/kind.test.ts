import { expect, test } from 'vitest';
import { fileKindOf } from '../../../../src/sources/file/rows/kind.ts';

test.each([
  ['json lines', '{"a":1}\n{"a":2}\n'],
  ['json lines', '{"a":1}'],
  ['json lines', '[1,2]\n[3,4]\n'],
  ['json lines', '{"a":\n{"a":2}\n'],
  ['json lines', '{"a":1}\nnot json\n'],
  ['json array', '[{"a":1},{"a":2}]'],
  ['json array', '[\n{"a":1},\n{"a":2}\n]\n'],
  ['json array', '[[1,2],\n[3,4]]'],
  ['json array', '[\n  {\n    "a": 1\n  }\n]'],
  ['json array', '[[1,2],[3,4]]'],
  ['json array', '[]'],
  ['json array', 'window.YTD.tweets.part0 = [\n{"tweet":{}}]'],
  ['json values', '{"a":1}{"a":2}'],
  ['json values', '{\n  "a": 1\n}\n{\n  "a": 2\n}\n'],
  ['json values', '{ "a": 1,\n  "b": 2 }\n'],
  ['csv', 'time,price\n1,2\n'],
  ['csv', '"time","price"\n'],
  ['csv', '\uFEFFtime;price\r\n1;2\r\n'],
])('%s: %j', (kind, text) => {
  expect(fileKindOf(Buffer.from(text), true)?.kind).toBe(kind);
});

test('the delimiter and the line end of a CSV are found', () => {
  expect(fileKindOf(Buffer.from('a;b\r\n1;2\r\n'), true)).toEqual({
    kind: 'csv',
    delimiter: ';',
    newline: 10,
  });
  expect(fileKindOf(Buffer.from('a\tb\r1\t2\r'), true)).toEqual({
    kind: 'csv',
    delimiter: '\t',
    newline: 13,
  });
  expect(fileKindOf(Buffer.from('a,b;c\n'), true, ';')).toEqual({ kind: 'csv', delimiter: ';', newline: 10 });
});

test('Parquet is known by its first bytes', () => {
  expect(fileKindOf(Buffer.from('PAR1\0\0'), true)).toEqual({ kind: 'parquet' });
});

test('a JSON line tells its kind at once; for a CSV more bytes are needed', () => {
  expect(fileKindOf(Buffer.from('{"a":1}\n'), false)).toEqual({ kind: 'json lines' });
  expect(fileKindOf(Buffer.from('{"a":1'), false)).toBeUndefined();
  expect(fileKindOf(Buffer.from('time,price\n'), false)).toBeUndefined();
});
