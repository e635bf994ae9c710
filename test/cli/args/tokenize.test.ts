import { expect, test } from 'vitest';
import { allOptions } from '../../../src/cli/args/command.ts';
import { tokenize } from '../../../src/cli/args/tokenize.ts';
import { integer, text } from '../../../src/core/option.ts';
import { spec } from '../fakes.ts';

const apart = (...argv: string[]) => {
  const { given, operands, unknown } = tokenize(allOptions(spec), argv);
  return { given: Object.fromEntries(given), operands, unknown };
};

test('flags and operands may be mixed', () => {
  expect(apart('join', '--once', 'candles', '--window=5m', '--dir', 'lake')).toEqual({
    given: { '--once': ['true'], '--window': ['5m'], '--dir': ['lake'] },
    operands: ['join', 'candles'],
    unknown: [],
  });
});

test('a flag given twice has both texts', () => {
  expect(apart('--window', '5m', '--window', '10m').given).toEqual({ '--window': ['5m', '10m'] });
});

test('a flag is never taken for the text of another', () => {
  expect(apart('--dir', '--once').given).toEqual({ '--dir': [undefined], '--once': ['true'] });
});

test('a single dash and a negative number are texts', () => {
  expect(apart('--dir', '-', '--retries', '-3').given).toEqual({ '--dir': ['-'], '--retries': ['-3'] });
});

test('a text that begins with a dash is written after =', () => {
  expect(apart('--dir=-x').given).toEqual({ '--dir': ['-x'] });
});

test('a switch can be taken back', () => {
  expect(apart('--once=false').given).toEqual({ '--once': ['false'] });
});

test('after an unknown flag everything else is still understood', () => {
  expect(apart('--windw', '5m', 'join', '--bad=1', '--dir', 'lake', '-x')).toEqual({
    given: { '--dir': ['lake'] },
    operands: ['join'],
    unknown: ['--windw', '--bad', '-x'],
  });
});

test('what has a digit after its dash is the text of a flag that takes one', () => {
  expect(apart('--dir', '-5s', '--once', '-5s')).toMatchObject({
    given: { '--dir': ['-5s'] },
    unknown: ['-5s'],
  });
  expect(apart('--', '--dir', '-5s').operands).toEqual(['--dir', '-5s']);
});

test('a mistyped switch takes no text with it', () => {
  expect(apart('--onec', 'join').operands).toEqual(['join']);
});

test('words after -- are operands', () => {
  expect(apart('--once', '--', '--dir', 'x').operands).toEqual(['--dir', 'x']);
  expect(apart('--bad', '--', '--dir').operands).toEqual(['--dir']);
});

test('a flag that begins with --no- is a name like any other', () => {
  expect(apart('--no-echo').given).toEqual({ '--no-echo': ['true'] });
});

test('flags named like parts of objects are flags', () => {
  const options = new Map(
    [text('--constructor', '<x>', '', ''), integer('--to-string', '<n>', '', 1, { min: 0, max: 9 })].map(
      (option) => [option.flag as string, option],
    ),
  );
  expect(tokenize(options, ['--constructor', 'a', '--to-string', '2']).given.get('--to-string')).toEqual([
    '2',
  ]);
});
