import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readBytes } from '../../../../src/sources/file/bytes/input.ts';
import { barsOf, importPosts, importPrices, sourceHarness } from '../../collect.ts';
import { temporaryFolder } from '../../folder.ts';

const { folder, write } = temporaryFolder();
const BARS = `time,open,high,low,close\n${[0, 1, 2].map((n) => `${1_748_736_000 + n * 60},1,3,1,2\n`).join('')}`;

/** A zip made by Python, for the zip command may be missing. */
function zip(name: string, files: Readonly<Record<string, string>>, mode = 'ZIP_DEFLATED'): string {
  const path = join(folder, name);
  const script = `import json,sys,zipfile
with zipfile.ZipFile(sys.argv[1],'w',zipfile.${mode}) as z:
  for n,t in json.loads(sys.argv[2]).items(): z.writestr(n,t)`;
  execFileSync('python3', ['-c', script, path, JSON.stringify(files)]);
  return path;
}

describe('a zip', () => {
  test.each(['ZIP_DEFLATED', 'ZIP_STORED'])(
    'of one file is read (%s), and read on when it grew',
    async (mode) => {
      const around = sourceHarness();
      const path = zip(
        `${mode}.zip`,
        { 'BTCUSDT-1m.csv': BARS, '__MACOSX/._a': 'x', 'README.md': 'x' },
        mode,
      );
      expect(barsOf((await importPrices(path, around)).records)).toHaveLength(3);
      zip(`${mode}.zip`, { 'BTCUSDT-1m.csv': `${BARS}1748736180,1,3,1,2\n` }, mode);
      expect(barsOf((await importPrices(path, around)).records)).toHaveLength(1);
    },
  );

  test('a zip may come through a pipe', async () => {
    const bytes: Buffer[] = [];
    for await (const chunk of readBytes({ name: 'z', path: zip('p.zip', { a: BARS }), packing: 'plain' }))
      bytes.push(chunk);
    expect(barsOf((await importPrices('-', sourceHarness(bytes))).records)).toHaveLength(3);
  });

  test('a zip of several files is refused with their names', async () => {
    await expect(importPrices(zip('two.zip', { 'a.csv': BARS, 'b.csv': BARS }))).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('the zip holds 2 files (a.csv, b.csv)'),
      hint: expect.stringContaining('unzip'),
    });
  });

  test('a zip that is an Excel workbook, or cut short, is refused', async () => {
    await expect(importPrices(zip('a.xlsx', { '[Content_Types].xml': '' }))).rejects.toMatchObject({
      message: expect.stringContaining('is an Excel workbook'),
    });
    await expect(importPrices(write(Buffer.from('PK\x03\x04 and no more')))).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('its zip archive is broken'),
    });
  });
});

test.each([
  ['bzip2', 'BZh91AY', 'bzip2 -dc'],
  ['xz', '\xfd7zXZ\0', 'xz -dc'],
  ['a 7z archive', "7z\xbc\xaf'\x1c", '7z x -so'],
  ['Arrow (Feather)', 'ARROW1\0\0', 'read_feather'],
  ['text in UTF-16', '\xff\xfet\0i\0', 'iconv -f UTF-16'],
  ['an Excel workbook', '\xd0\xcf\x11\xe0', 'libreoffice'],
  ['a tar archive', `${'a'.repeat(257)}ustar`, 'tar -xOf'],
  ['an SQLite database', 'SQLite format 3\0', 'sqlite3'],
  ['a web page', '<!DOCTYPE html><html>', 'Download the file'],
])('%s is refused with what helps', async (what, start, command) => {
  const bytes = Buffer.from(start, 'latin1');
  const refused = {
    code: 'usage',
    message: expect.stringContaining(what),
    hint: expect.stringContaining(command),
  };
  await expect(importPrices(write(bytes))).rejects.toMatchObject(refused);
  await expect(importPosts(write(gzipSync(bytes)))).rejects.toMatchObject(refused);
  await expect(importPrices('-', sourceHarness([bytes]))).rejects.toMatchObject(refused);
});
