import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { secretOf } from '../../../src/cli/process/secrets.ts';
import { scratch } from '../../sinks/lake/scratch.ts';

test("a secret is the variable's value, or the contents of its file without the final line break", () => {
  const path = join(scratch(), 'key');
  writeFileSync(path, 'from the file\n');
  expect(secretOf('KEY', { KEY: 'given', KEY_FILE: path })).toBe('given');
  expect(secretOf('KEY', { KEY_FILE: path })).toBe('from the file');
  expect(secretOf('KEY', {})).toBeUndefined();
});

test('a secret file that cannot be read is an error that names the file', () => {
  const path = join(scratch(), 'absent');
  expect(() => secretOf('KEY', { KEY_FILE: path })).toThrow(
    expect.objectContaining({ code: 'usage', message: `KEY_FILE ${path}: there is no such file` }),
  );
});
