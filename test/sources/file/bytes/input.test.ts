import { describe, expect, test } from 'vitest';
import { UserError } from '../../../../src/core/errors.ts';
import { readError } from '../../../../src/sources/file/bytes/input.ts';

const error = (code: string) => Object.assign(new Error(`${code}: it failed`), { code });

describe('readError', () => {
  test.each([
    ['ENOENT', 'usage', 'there is no such file'],
    ['Z_BUF_ERROR', 'damaged', 'its gzip stream is broken or cut short'],
    ['EIO', 'unavailable', 'EIO: it failed'],
  ])('%s is a problem of code %s', (code, expected, message) => {
    const userError = readError('F', error(code));
    expect(userError.code).toBe(expected);
    expect(userError.message).toContain(`--file F: ${message}`);
    expect(userError.hint).not.toBe('');
  });

  test('a problem stays what it is', () => {
    const userError = new UserError('usage', 'a', 'b');
    expect(readError('F', userError)).toBe(userError);
  });
});
