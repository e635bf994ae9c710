import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withFiles } from '../../src/cli/env-files.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'env-files-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}
const NONE = { envFile: undefined, keysFile: undefined };

test('what is set counts before the environment file, that before the keys file', () => {
  const envFile = file('a.env', 'ONE=file\nTWO="file" # a comment\nX_BEARER_TOKEN=file\n');
  const keysFile = file(
    'keys.json',
    '{"bearer_token":"keys","consumer_key":"ck","consumer_secret":"cs","access_token":"at"}',
  );
  expect(withFiles({ ONE: 'set' }, { envFile, keysFile })).toEqual({
    ONE: 'set',
    TWO: 'file',
    X_BEARER_TOKEN: 'file',
    X_CONSUMER_KEY: 'ck',
    X_CONSUMER_SECRET: 'cs',
  });
});

test('a file that cannot be read is named, with the flag', () => {
  expect(() => withFiles({}, { ...NONE, envFile: join(dir, 'none') })).toThrow(
    /--env-file .*none: there is no such file/,
  );
  expect(() => withFiles({}, { ...NONE, keysFile: join(dir, 'none') })).toThrow(
    /--keys-file .*none: there is no such file/,
  );
});

test.each(['{"secret-1": "secret-2"}', 'secret-3', '[]', 'null'])(
  'a keys file without keys that are known is refused, and not repeated: %s',
  (text) => {
    const keysFile = file('other.json', text);
    expect(() => withFiles({}, { ...NONE, keysFile })).toThrow('has none of the keys known here');
    expect(() => withFiles({}, { ...NONE, keysFile })).not.toThrow('secret-');
  },
);
