import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { requireFolder } from '../../../../src/sinks/lake/store/folder-files.ts';
import { folderStore } from '../../../../src/sinks/lake/store/folder-store.ts';
import { scratch } from '../scratch.ts';

describe('a folder for a lake', () => {
  test('a lake folder is created with its parents, and may exist already', async () => {
    const folder = join(scratch(), 'a/b/c');
    await Promise.all([requireFolder(folder), requireFolder(folder)]);
    await requireFolder(folder);
    expect(existsSync(folder)).toBe(true);
  });

  test('a lake folder below a file is refused', async () => {
    const root = scratch();
    writeFileSync(join(root, 'file'), '');
    for (const folder of ['file', 'file/a', 'file/a/b'])
      await expect(requireFolder(join(root, folder))).rejects.toMatchObject({ code: 'damaged' });
  });

  test('a lake folder with a name too long for the file system is refused', async () => {
    await expect(requireFolder(join(scratch(), 'a'.repeat(256)))).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('too long'),
    });
  });

  test.skipIf(!existsSync('/proc/self'))(
    'a lake folder that cannot be created is refused at once',
    async () => {
      for (const folder of ['/proc/x', '/proc/x/y/z'])
        await expect(requireFolder(folder)).rejects.toMatchObject({
          code: 'unavailable',
          message: expect.stringContaining(folder),
        });
    },
  );
});

test('a file name of the maximum length is written, and one byte more is an error', async () => {
  const root = scratch();
  const store = folderStore(root);
  await store.put(`a/${'n'.repeat(255)}`, [Buffer.from('x')]);
  expect(await store.putIfAbsent(`a/${'m'.repeat(255)}`, [Buffer.from('x')])).toBe(true);
  await expect(store.put(`a/${'n'.repeat(256)}`, [Buffer.from('x')])).rejects.toMatchObject({
    message: expect.stringContaining('too long'),
  });
  expect(readdirSync(root)).toEqual(['a']);
  expect(readdirSync(join(root, 'a'))).toHaveLength(2);
});
