import { expect, test } from 'vitest';
import { table } from '../../../src/cli/output/table.ts';

test('text is left-aligned, numbers are right-aligned, and no line ends in spaces', () => {
  const columns = [{ title: 'TOPIC' }, { title: 'N', right: true }, { title: 'KEPT' }];
  expect(
    table(columns, [
      ['prices', '12', '1d'],
      ['a', '3,456', ''],
    ]),
  ).toEqual(['TOPIC       N  KEPT', 'prices     12  1d', 'a       3,456']);
});

test('a table without rows shows its titles', () => {
  expect(table([{ title: 'A' }, { title: 'B' }], [])).toEqual(['A  B']);
});

test('titles are styled after they are measured', () => {
  expect(table([{ title: 'A' }, { title: 'B' }], [['long', 'x']], (text) => `<${text}>`)[0]).toBe(
    '<A     B>',
  );
});
