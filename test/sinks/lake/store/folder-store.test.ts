import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../../src/core/errors.ts';
import { folderError } from '../../../../src/sinks/lake/store/folder-error.ts';
import { folderStore } from '../../../../src/sinks/lake/store/folder-store.ts';
import { scratch } from '../scratch.ts';

const bytes = (text: string) => [Buffer.from(text)];
const everything = (root: string) => readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();

describe('a folder as a store', () => {
  test('a folder store is empty before the first write creates the folder', async () => {
    const root = join(scratch(), 'lake');
    const store = folderStore(root);
    expect([await store.list('_delta_log'), await store.get('a')]).toEqual([[], undefined]);
    expect(existsSync(root)).toBe(false);
  });

  test('a put writes a file of several chunks into its folders and leaves nothing else', async () => {
    const root = scratch();
    await folderStore(root).put('coin=btc/date=x/a.parquet', [...bytes('ab'), ...bytes('cd')]);
    expect(readFileSync(join(root, 'coin=btc/date=x/a.parquet'), 'utf8')).toBe('abcd');
    expect(everything(root)).toEqual(['coin=btc', 'coin=btc/date=x', 'coin=btc/date=x/a.parquet']);
  });

  test('put replaces, putIfAbsent does not', async () => {
    const store = folderStore(scratch());
    await store.put('a', bytes('1'));
    await store.put('a', bytes('2'));
    expect(await store.putIfAbsent('a', bytes('3'))).toBe(false);
    expect(await store.putIfAbsent('b', bytes('3'))).toBe(true);
    expect([String(await store.get('a')), String(await store.get('b'))]).toEqual(['2', '3']);
  });

  test('one of several racing writers of a name wins', async () => {
    const root = scratch();
    const writers = Array.from({ length: 20 }, (_, i) =>
      folderStore(root).putIfAbsent('log/0', bytes(String(i))),
    );
    const won = (await Promise.all(writers)).flatMap((absent, i) => (absent ? [String(i)] : []));
    expect(won).toHaveLength(1);
    expect(readFileSync(join(root, 'log/0'), 'utf8')).toBe(won[0]);
    expect(everything(root)).toEqual(['log', 'log/0']);
  });

  test('lists the files right in a folder by name, from a name on, with their sizes', async () => {
    const store = folderStore(scratch());
    for (const path of ['log/2', 'log/0', 'log/1', 'log/deeper/3', 'other'])
      await store.put(path, bytes(path));
    const names = async (after?: string) => (await store.list('log', after)).map(({ name }) => name);
    expect([await names(), await names('0'), await names('2')]).toEqual([['0', '1', '2'], ['1', '2'], []]);
    expect((await store.list('log'))[0]).toMatchObject({ size: 5, modified: expect.any(Number) });
  });

  test('walks through every file at any depth, but not through unfinished ones', async () => {
    const root = scratch();
    const store = folderStore(root);
    for (const path of ['a', 'log/b', 'x=1/y=2/c']) await store.put(path, bytes(path));
    writeFileSync(join(root, 'log', '.b.0.tmp'), '');
    const found: string[] = [];
    for await (const { name, size } of store.walk()) found.push(`${name} ${size}`);
    expect(found.sort()).toEqual(['a 1', 'log/b 5', 'x=1/y=2/c 9']);
  });

  test('a folder store returns sizes, and removes files whether or not they exist', async () => {
    const store = folderStore(scratch());
    await store.put('log/a', bytes('12'));
    expect([await store.size('log/a'), await store.size('log/b'), await store.size('b/c')]).toEqual([
      2,
      undefined,
      undefined,
    ]);
    await store.remove('log/a');
    await store.remove('log/a');
    expect(await store.size('log/a')).toBeUndefined();
  });
});

describe('errors', () => {
  test.each([
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EACCES', 'unavailable'],
    ['EROFS', 'unavailable'],
    ['EIO', 'failed'],
  ])('%s is an error of code %s that names the file', (code, expected) => {
    const userError = folderError(Object.assign(new Error('x'), { code }), '/lake/a');
    expect(userError).toBeInstanceOf(UserError);
    expect(userError).toMatchObject({ code: expected, message: expect.stringContaining('/lake/a') });
  });

  test('a full disk while writing is an error and leaves no file behind', async () => {
    const root = scratch();
    // Data that cannot be written stands for a disk that takes no more.
    const full = Object.defineProperty<Uint8Array[]>([], '0', {
      get() {
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      },
    });
    const attempt = folderStore(root).put('a/b', full);
    await expect(attempt).rejects.toMatchObject({
      code: 'disk-full',
      hint: expect.stringContaining('space'),
    });
    expect(everything(root)).toEqual(['a']);
  });

  test('a file in place of the folder is an error', async () => {
    const root = scratch();
    writeFileSync(join(root, 'lake'), '');
    const store = folderStore(join(root, 'lake'));
    await expect(store.put('a/b', bytes(''))).rejects.toMatchObject({ code: 'damaged' });
    await expect(store.list('log')).rejects.toMatchObject({ code: 'damaged' });
  });

  test.skipIf(process.getuid?.() === 0)('a folder without permission is an error', async () => {
    const root = join(scratch(), 'lake');
    mkdirSync(root);
    chmodSync(root, 0o500);
    await expect(folderStore(root).put('a', bytes(''))).rejects.toMatchObject({ code: 'unavailable' });
  });
});
