import { describe, expect, test } from 'vitest';
import { runCommandLine } from '../../../src/cli/app.ts';
import { mode, umaskFor } from '../../../src/cli/process/mode.ts';
import { fakeIo } from '../fakes.ts';

/** Permissions that a folder and a file get under a umask. */
const made = (umask: number) => [0o777 & ~umask, 0o666 & ~umask].map((bits) => bits.toString(8));

describe('a new file or folder', () => {
  test.each([0o000, 0o022, 0o077])(
    'a new file is accessible to its owner only by default (umask %o)',
    (umask) => {
      expect(made(umaskFor(undefined, umask))).toEqual(['700', '600']);
    },
  );

  test('a new file has fewer permissions under a stricter umask', () => {
    expect(made(umaskFor(undefined, 0o277))).toEqual(['500', '400']);
  });

  test.each([
    ['600', '700', '600'],
    ['0640', '750', '640'],
    ['664', '775', '664'],
    ['755', '755', '644'],
    ['620', '720', '620'],
  ])('a new file has the permissions of --mode %s, whatever the umask', (text, folder, file) => {
    for (const umask of [0o022, 0o077])
      expect(made(umaskFor(mode.parse(text), umask))).toEqual([folder, file]);
  });
});

test.each(['', '7', '400', '0o640', '-640', 'rw', '666', '646', '1640', '64'])(
  "--mode refuses '%s'",
  (text) => {
    expect(() => mode.parse(text)).toThrow(RangeError);
  },
);

test.each<[readonly string[], number | undefined]>([
  [[], undefined],
  [['--mode', '640'], 0o640],
])('a command sets permissions before it creates anything (%j)', async (args, expected) => {
  const modes: unknown[] = [];
  const { io } = fakeIo({ protect: (given) => void modes.push(given) });
  await runCommandLine(['topics', 'list', '--bus', 'local:nowhere', ...args], io);
  expect(modes).toEqual([expected]);
});
