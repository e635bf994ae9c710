import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InvalidRecord } from '../../../../src/core/stream/record.ts';
import { FILE_START } from '../../../../src/sources/file/rows/block.ts';
import { findDelimiter, splitCells } from '../../../../src/sources/file/rows/csv.ts';
import { readLines } from '../../../../src/sources/file/rows/lines.ts';

test.each([
  ['a,b,c', ['a', 'b', 'c']],
  ['"a,b",c', ['a,b', 'c']],
  ['"a ""b""",c', ['a "b"', 'c']],
  ['a, "b" ,c', ['a', 'b', 'c']],
  ['"two\nlines",c', ['two\nlines', 'c']],
  ['5" disk,c', ['5" disk', 'c']],
  ['"",', ['', '']],
  ['"a"', ['a']],
])('the cells of %j are %j', (row, cells) => {
  expect(splitCells(row, ',')).toEqual(cells);
});

test.each(['"a', '"a"b,c', 'x,"'])('%j has a quote that is not closed', (row) => {
  expect(() => splitCells(row, ',')).toThrow(InvalidRecord);
});

test.each([
  [',', ['time,open', '1,2', '3,4']],
  [';', ['time;open;close', '2024-01-01;42283,58;1', '2024-01-02;42283,58;1']],
  [';', ['1;42283,58', '2;42283,58']],
  ['\t', ['time\topen', '1\t2']],
  ['|', ['time|open|high', '1|2,5|3', '1|2,5|3']],
  [',', ['https://www.example.org/a;b', 'time,open,high', '1,2,3', '4,5,6']],
  [',', ['name,text', 'a,"one; two; three"', 'b,"four; five"', 'c,six']],
  [',', ['one', 'two']],
  [';', ['date;content', '1;"a', ', b', '', 'c"', '2;"d, e', ', f"', '3;"cut']],
])('%j is found between the cells of %j', (delimiter, lines) => {
  expect(findDelimiter(lines)).toBe(delimiter);
});

async function* pieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function rowsOf(text: string, size: number) {
  const rows: string[][] = [];
  const starts: [number, number][] = [];
  const format = { newline: 10, delimiter: ',' };
  for await (const block of readLines(pieces(Buffer.from(text), size), FILE_START, format))
    block.texts.forEach((row, index) => {
      const { bytes, lines } = block.startOf(index);
      starts.push([bytes, lines]);
      expect(block.lineOf(index)).toBe(lines);
      rows.push(splitCells(row, ','));
    });
  return { rows, starts };
}

const quoted = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

test('quoted cells may span lines, however the bytes are cut; each row knows its place', async () => {
  const cell = fc.array(fc.constantFrom('a', 'é', '"', ',', '\n', ' '), { maxLength: 5 });
  const row = fc.array(
    cell.map((parts) => parts.join('').trim()),
    { minLength: 2, maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 8 }), fc.integer({ min: 1, max: 40 }), async (all, size) => {
      const lines = all.map((cells) => `${cells.map(quoted).join(',')}\n`);
      const { rows, starts } = await rowsOf(lines.join(''), size);
      expect(rows).toEqual(all);
      const before = lines.map((_, index) => lines.slice(0, index).join(''));
      expect(starts).toEqual(before.map((text) => [Buffer.byteLength(text), text.split('\n').length - 1]));
    }),
  );
});

test('a quote that is never closed is a fault of its line alone', async () => {
  const text = 'a,b\n"x,1\nc,d\n"y,2\ne,f\n';
  const faults: [string, string | undefined][] = [];
  for await (const block of readLines(pieces(Buffer.from(text), 7), FILE_START, {
    newline: 10,
    delimiter: ',',
  }))
    block.texts.forEach((row, index) => void faults.push([row, block.faults.get(index)]));
  const why = 'a quote is not closed, or is inside a field';
  expect(faults).toEqual([
    ['a,b', undefined],
    ['"x,1', why],
    ['c,d', undefined],
    ['"y,2', why],
    ['e,f', undefined],
  ]);
});

test('lines may end in CR alone', async () => {
  const rows: string[] = [];
  for await (const block of readLines(pieces(Buffer.from('a,b\rc,d\r'), 3), FILE_START, {
    newline: 13,
    delimiter: ',',
  }))
    rows.push(...block.texts);
  expect(rows).toEqual(['a,b', 'c,d']);
});
