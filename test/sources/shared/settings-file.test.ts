import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { fileReadError, LARGEST_SETTINGS } from '../../../src/core/text/file-read-error.ts';
import { readSettingsFile } from '../../../src/sources/shared/settings-file.ts';
import { temporaryFolder } from '../folder.ts';

const { write, folder } = temporaryFolder();

/** The message about a file that is not read. */
function refusal(path: string): string {
  try {
    readSettingsFile(path);
  } catch (cause) {
    const { code, message, hint } = fileReadError('--env-from F', cause);
    expect(code).toBe('usage');
    expect(hint).not.toBe('');
    return message;
  }
  return 'read';
}

test('a settings file of up to 1 MB is read completely, without its byte order mark', () => {
  for (const size of [0, 1, 5000, LARGEST_SETTINGS]) {
    const text = 'é'.repeat(size / 2);
    expect(readSettingsFile(write(text))).toBe(text);
  }
  expect(readSettingsFile(write('\uFEFFa=b'))).toBe('a=b');
});

test('a file larger than 1 MB is refused', () => {
  expect(refusal(write('a'.repeat(LARGEST_SETTINGS + 1)))).toBe('--env-from F: it is larger than 1 MB');
  expect(refusal(write('a'.repeat(5 * LARGEST_SETTINGS)))).toBe('--env-from F: it is larger than 1 MB');
});

test.skipIf(process.platform === 'win32')('a device is refused, whether it ends or not', () => {
  for (const path of ['/dev/zero', '/dev/urandom', '/dev/null'])
    expect(refusal(path)).toBe('--env-from F: it is not a regular file');
});

test.skipIf(process.platform === 'win32')('a named pipe that nobody writes to is refused at once', () => {
  const path = `${folder}/pipe`;
  execFileSync('mkfifo', [path]);
  expect(refusal(path)).toBe('--env-from F: it is not a regular file');
});

test.skipIf(process.platform === 'win32')('a socket is refused', async () => {
  const path = `${folder}/socket`;
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => void server.close());
  expect(refusal(path)).toBe('--env-from F: it is not a regular file');
});

test.skipIf(process.platform !== 'linux')(
  'a file of /proc, which says of itself that it is empty, is read whole',
  () => {
    expect(readSettingsFile('/proc/self/status')).toContain('VmPeak');
  },
);

test('a folder and a missing file are named as that', () => {
  expect(refusal(folder)).toBe('--env-from F: it is a folder');
  expect(refusal(`${folder}/none`)).toBe('--env-from F: there is no such file');
});
