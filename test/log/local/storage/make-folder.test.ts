import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { prepareFolder } from '../../../../src/log/local/storage/folder.ts';

test('a bus folder is created with its parents, and may exist already', () => {
  const root = mkdtempSync(join(tmpdir(), 'make-folder-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (let i = 0; i < 2; i++) prepareFolder(join(root, 'a/b'));
  expect(existsSync(join(root, 'a/b'))).toBe(true);
  writeFileSync(join(root, 'file'), '');
  for (const folder of ['file', 'file/a'])
    expect(() => prepareFolder(join(root, folder))).toThrow('a file has that name');
});

test.skipIf(!existsSync('/proc/self'))('a bus folder that cannot be created is an error at once', () => {
  for (const folder of ['/proc/x', '/proc/x/y'])
    expect(() => prepareFolder(folder)).toThrow(`cannot create the bus folder ${folder}`);
});
