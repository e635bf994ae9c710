import { expect, test } from 'vitest';
import { allOptions } from '../../../src/cli/args/command.ts';
import { keyValues, linesOf } from '../../../src/cli/args/key-values.ts';
import { resolveSettings } from '../../../src/cli/args/resolve-settings.ts';
import { tokenize } from '../../../src/cli/args/tokenize.ts';

const option = keyValues('--kafka-option', 'Setting.');

test('each line is a pair, and a value may contain commas and equals signs', () => {
  expect(option.parse('user=a,b\nca=x=y.pem\nuser=c')).toEqual({ user: 'c', ca: 'x=y.pem' });
});

test('on one line a comma separates pairs only before a key', () => {
  expect(linesOf('cleanup.policy=delete,compact, segment.ms=1')).toEqual([
    'cleanup.policy=delete,compact',
    'segment.ms=1',
  ]);
});

test('a text that is not a pair may be a secret and is not quoted', () => {
  for (const text of ['hunter2', 'password:hunter2', '=hunter2', 'linger=1ms\nhunter2']) {
    expect(() => option.parse(text)).toThrow('a part is not key=value; write for example linger=20ms');
  }
});

test('commas stay in their value, from flags, the config file or the environment', () => {
  const spec = { options: { option }, components: [], examples: [], run: async () => {} };
  const read = (argv: string[], given = {}) =>
    resolveSettings(spec, { tokens: tokenize(allOptions(spec), argv), env: {}, config: {}, ...given }).call
      .settings.option;
  const expected = { user: 'a,b', linger: '1ms' };
  expect(read(['--kafka-option', 'user=a,b', '--kafka-option', 'linger=1ms'])).toEqual(expected);
  expect(read([], { config: { 'kafka-option': ['user=a,b', 'linger=1ms'] } })).toEqual(expected);
  expect(read([], { env: { CRYPTOPIPE_KAFKA_OPTION: 'user=a,b,linger=1ms' } })).toEqual(expected);
});
