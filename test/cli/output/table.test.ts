import { expect, test } from 'vitest';
import { table } from '../../../src/cli/output/table.ts';

test('texts stand left, numbers right, and no line ends in blanks', () => {
  const columns = [{ title: 'TOPIC' }, { title: 'N', right: true }, { title: 'KEPT' }];
  expect(
    table(columns, [
      ['prices', '12', '1d'],
      ['a', '3,456', ''],
    ]),
  ).toEqual(['TOPIC       N  KEPT', 'prices     12  1d', 'a       3,456']);
});

test('a table without rows is its titles', () => {
  expect(table([{ title: 'A' }, { title: 'B' }], [])).toEqual(['A  B']);
});

test('titles are painted after they are measured', () => {
  expect(table([{ title: 'A' }, { title: 'B' }], [['long', 'x']], (text) => `<${text}>`)[0]).toBe(
    '<A     B>',
  );
});
