import { expect, test } from 'vitest';
import { selfName } from '../../src/cli/io.ts';

test.each([
  ['node', '/usr/local/bin/cryptopipe', '/home/a', 'cryptopipe'],
  ['node', '/home/a/p/node_modules/.bin/cryptopipe', '/home/a/p', 'npx cryptopipe'],
  ['node', '/home/a/p/bin/cryptopipe.js', '/home/a/p', 'node bin/cryptopipe.js'],
  ['./dist/cryptopipe', '/home/a/p/dist/cryptopipe', '/home/a/p', './dist/cryptopipe'],
  ['cryptopipe', '/usr/bin/cryptopipe', '/home/a', 'cryptopipe'],
])('%s running %s is started again as %s %s', (argv0, script, cwd, name) => {
  expect(selfName(argv0, script, cwd)).toBe(name);
});
