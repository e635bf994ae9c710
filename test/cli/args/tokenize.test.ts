import { expect, test } from 'vitest';
import { allOptions } from '../../../src/cli/args/command.ts';
import { tokenize } from '../../../src/cli/args/tokenize.ts';
import { integer, text } from '../../../src/core/option.ts';
import { spec } from '../fakes.ts';

const apart = (...argv: string[]) => {
  const { texts, operands, unknown } = tokenize(allOptions(spec), argv);
  return { texts: Object.fromEntries(texts), operands, unknown };
};

test('flags and operands may be mixed', () => {
  expect(apart('join', '--once', 'candles', '--window=5m', '--dir', 'lake')).toEqual({
    texts: { '--once': ['true'], '--window': ['5m'], '--dir': ['lake'] },
    operands: ['join', 'candles'],
    unknown: [],
  });
});

test('a repeated flag has both values', () => {
  expect(apart('--window', '5m', '--window', '10m').texts).toEqual({ '--window': ['5m', '10m'] });
});

test('a flag is never taken for the value of another', () => {
  expect(apart('--dir', '--once').texts).toEqual({ '--dir': [undefined], '--once': ['true'] });
});

test('a single dash and a negative number are values', () => {
  expect(apart('--dir', '-', '--retries', '-3').texts).toEqual({ '--dir': ['-'], '--retries': ['-3'] });
});

test('a value that begins with a dash follows =', () => {
  expect(apart('--dir=-x').texts).toEqual({ '--dir': ['-x'] });
});

test('a switch can be turned off', () => {
  expect(apart('--once=false').texts).toEqual({ '--once': ['false'] });
});

test('everything after an unknown flag is still parsed', () => {
  expect(apart('--windw', '5m', 'join', '--bad=1', '--dir', 'lake', '-x')).toEqual({
    texts: { '--dir': ['lake'] },
    operands: ['join'],
    unknown: ['--windw', '--bad', '-x'],
  });
});

test('a dash before a digit starts a value if the flag takes one', () => {
  expect(apart('--dir', '-5s', '--once', '-5s')).toMatchObject({
    texts: { '--dir': ['-5s'] },
    unknown: ['-5s'],
  });
  expect(apart('--', '--dir', '-5s').operands).toEqual(['--dir', '-5s']);
});

test('a misspelled switch does not swallow the next argument', () => {
  expect(apart('--onec', 'join').operands).toEqual(['join']);
});

test('arguments after -- are operands', () => {
  expect(apart('--once', '--', '--dir', 'x').operands).toEqual(['--dir', 'x']);
  expect(apart('--bad', '--', '--dir').operands).toEqual(['--dir']);
});

test('a flag that begins with --no- is an ordinary flag', () => {
  expect(apart('--no-echo').texts).toEqual({ '--no-echo': ['true'] });
});

test('flags named like object properties are flags', () => {
  const options = new Map(
    [text('--constructor', '<x>', '', ''), integer('--to-string', '<n>', '', 1, { min: 0, max: 9 })].map(
      (option) => [option.flag as string, option],
    ),
  );
  expect(tokenize(options, ['--constructor', 'a', '--to-string', '2']).texts.get('--to-string')).toEqual([
    '2',
  ]);
});
