import { expect, test } from 'vitest';
import { fileReadError } from '../../../src/core/text/file-read-error.ts';

test.each([
  ['ENOENT', 'usage', 'there is no such file'],
  ['EACCES', 'usage', 'no permission to read it'],
  ['EPERM', 'usage', 'no permission to read it'],
  ['EISDIR', 'usage', 'it is a folder'],
  ['EIO', 'unavailable', 'EIO: it failed'],
])('system error %s becomes an error of code %s', (code, expected, message) => {
  const cause = Object.assign(new Error(`${code}: it failed`), { code });
  const error = fileReadError('--file F', cause);
  expect(error).toMatchObject({ code: expected, message: `--file F: ${message}`, cause });
  expect(error.hint).not.toBe('');
});
