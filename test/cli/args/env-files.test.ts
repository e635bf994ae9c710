import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addEnvFiles } from '../../../src/cli/args/env-files.ts';

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
const reading = (env: Record<string, string>, files: Record<string, string>) =>
  addEnvFiles(env, (flag) => files[flag]);
const texts = (files: Record<string, string>) => reading({}, files).complaints.map(({ text }) => text);

test('set variables override the environment file, which overrides the keys file', () => {
  const envFile = file('a.env', 'ONE=file\nTWO="file" # a comment\nX_BEARER_TOKEN=file\n');
  const keysFile = file(
    'keys.json',
    '{"bearer_token":"keys","consumer_key":"ck","consumer_secret":"cs","access_token":"at"}',
  );
  for (const flag of ['--env-from', '--env-file'])
    expect(reading({ ONE: 'set' }, { [flag]: envFile, '--keys-file': keysFile })).toEqual({
      env: {
        ONE: 'set',
        TWO: 'file',
        X_BEARER_TOKEN: 'file',
        X_CONSUMER_KEY: 'ck',
        X_CONSUMER_SECRET: 'cs',
      },
      complaints: [],
    });
});

test('an empty variable does not override a file', () => {
  const envFile = file('b.env', 'ONE=file\nTWO=\n');
  expect(reading({ ONE: '', TWO: '', THREE: '' }, { '--env-from': envFile }).env).toEqual({
    ONE: 'file',
    TWO: '',
    THREE: '',
  });
});

test('a byte order mark at the start of a file is not part of a name', () => {
  const envFile = file('bom.env', '\uFEFFONE=1\n');
  const keysFile = file('bom.json', '\uFEFF{"bearer_token":"keys"}');
  expect(reading({}, { '--env-from': envFile, '--keys-file': keysFile }).env).toEqual({
    ONE: '1',
    X_BEARER_TOKEN: 'keys',
  });
});

test('files that cannot be read are named, with the flag, all at once', () => {
  const none = join(dir, 'none');
  expect(texts({ '--env-from': none, '--env-file': none, '--keys-file': dir })).toEqual([
    `--keys-file ${dir}: it is a folder. Name one file.`,
    `--env-file ${none}: there is no such file. Check the path; it is relative to the current folder.`,
    `--env-from ${none}: there is no such file. Check the path; it is relative to the current folder.`,
  ]);
});

test.each(['{"secret-1": "secret-2"}', 'secret-3', '[]', 'null'])(
  'a keys file without known keys is refused and not quoted: %s',
  (text) => {
    const [complaint] = texts({ '--keys-file': file('other.json', text) });
    expect(complaint).toContain('has none of the known keys');
    expect(complaint).not.toContain('secret-');
  },
);
