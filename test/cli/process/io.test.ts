import { expect, test } from 'vitest';
import { outputError, selfName } from '../../../src/cli/process/io.ts';

test.each([
  ['node', '/usr/local/bin/cryptopipe', '/home/a', 'cryptopipe'],
  ['node', '/home/a/p/node_modules/.bin/cryptopipe', '/home/a/p', 'npx cryptopipe'],
  ['node', '/home/a/p/bin/cryptopipe.js', '/home/a/p', 'node bin/cryptopipe.js'],
  ['./dist/cryptopipe', '/home/a/p/dist/cryptopipe', '/home/a/p', './dist/cryptopipe'],
  ['cryptopipe', '/usr/bin/cryptopipe', '/home/a', 'cryptopipe'],
])('%s running %s in %s tells the user to run %s', (argv0, script, cwd, name) => {
  expect(selfName(argv0, script, cwd)).toBe(name);
});

test('a closed pipe or terminal ends the program silently; a full disk is a failure', () => {
  const error = (code: string) => Object.assign(new Error(`${code}: write`), { code });
  for (const isTerminal of [true, false])
    expect(outputError(error('EPIPE'), isTerminal)).toEqual({ code: 0, text: '' });
  expect(outputError(error('EIO'), true)).toEqual({ code: 0, text: '' });
  expect(outputError(error('EIO'), false)).toMatchObject({ code: 1 });
  expect(outputError(error('ENOSPC'), false)).toEqual({
    code: 1,
    text: expect.stringContaining('Free some disk space'),
  });
});
