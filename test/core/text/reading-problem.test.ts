import { expect, test } from 'vitest';
import { readingProblem } from '../../../src/core/text/reading-problem.ts';

test.each([
  ['ENOENT', 'usage', 'there is no such file'],
  ['EACCES', 'usage', 'no permission to read it'],
  ['EPERM', 'usage', 'no permission to read it'],
  ['EISDIR', 'usage', 'it is a folder'],
  ['EIO', 'unavailable', 'EIO: it failed'],
])('system error %s becomes an error of code %s', (code, expected, message) => {
  const cause = Object.assign(new Error(`${code}: it failed`), { code });
  const problem = readingProblem('--file F', cause);
  expect(problem).toMatchObject({ code: expected, message: `--file F: ${message}`, cause });
  expect(problem.hint).not.toBe('');
});
