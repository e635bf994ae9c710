import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unzipped } from '../../../../src/sources/file/bytes/zip.ts';
import { temporaryFolder } from '../../folder.ts';

const { folder } = temporaryFolder();
const TEXT = Array.from({ length: 9000 }, (_, n) => `${n},${(n * 7919) % 1000}\n`).join('');

/** A zip made by Python. `limit`: larger sizes and offsets are written with 64 bits. */
function zip(name: string, entry: string, text: string, mode = 'ZIP_DEFLATED', limit = 2 ** 31): string {
  const path = join(folder, name);
  const script = `import sys,zipfile
zipfile.ZIP64_LIMIT=int(sys.argv[2])
with zipfile.ZipFile(sys.argv[1],'w',zipfile.${mode}) as z: z.writestr(sys.argv[3],sys.stdin.read())`;
  execFileSync('python3', ['-c', script, path, `${limit}`, entry], { input: text });
  return path;
}

async function textOf(path: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of unzipped('z.zip', path, 131072)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Changes bytes of a file, from the last place where `magic` stands. */
function edit(path: string, magic: string, change: (bytes: Buffer) => void): string {
  const bytes = readFileSync(path);
  change(bytes.subarray(bytes.lastIndexOf(Buffer.from(magic, 'latin1'))));
  writeFileSync(path, bytes);
  return path;
}
const DIRECTORY_ENTRY = 'PK\x01\x02';
const LOCAL_HEADER = 'PK\x03\x04';

describe.each(['ZIP_DEFLATED', 'ZIP_STORED'])('a zip (%s)', (mode) => {
  test('gives the text of its file', async () => {
    expect(await textOf(zip('a.zip', 'a.csv', TEXT, mode))).toBe(TEXT);
  });

  test('may write its sizes and places with 64 bits', async () => {
    const path = zip('wide.zip', 'a.csv', TEXT, mode, 0);
    expect(readFileSync(path).includes('PK\x06\x06')).toBe(true);
    expect(await textOf(path)).toBe(TEXT);
  });

  test('may hold an empty file', async () => {
    expect(await textOf(zip('empty.zip', 'a.csv', '', mode))).toBe('');
  });

  test('may name its file by an absolute path', async () => {
    expect(await textOf(zip('absolute.zip', '/data/a.csv', TEXT, mode))).toBe(TEXT);
  });

  test('whose checksum does not fit is refused after its text', async () => {
    const path = edit(zip('sum.zip', 'a.csv', TEXT, mode), DIRECTORY_ENTRY, (entry) => {
      entry[16]! ^= 1;
    });
    await expect(textOf(path)).rejects.toMatchObject({
      code: 'damaged',
      message: '--file z.zip: its zip archive is broken (its checksum does not fit)',
      hint: 'Get the whole file and run again.',
    });
  });

  test.each([
    ['has no end', (bytes: Buffer) => bytes.subarray(0, -30)],
    ['has no beginning', (bytes: Buffer) => bytes.subarray(1000)],
  ])('that %s is refused', async (_, cut) => {
    const path = zip('cut.zip', 'a.csv', TEXT, mode);
    writeFileSync(path, cut(readFileSync(path)));
    await expect(textOf(path)).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('--file z.zip: its zip archive is broken ('),
    });
  });

  test('that is encrypted is refused', async () => {
    const path = edit(zip('locked.zip', 'a.csv', TEXT, mode), DIRECTORY_ENTRY, (entry) => {
      entry[8]! |= 1;
      entry.writeUInt32LE(entry.readUInt32LE(20) + 12, 20);
    });
    await expect(textOf(path)).rejects.toMatchObject({
      code: 'usage',
      message: '--file z.zip: the zip is encrypted',
      hint: 'Unpack it: unzip z.zip.',
    });
  });
});

test('a zip of broken compressed data is refused', async () => {
  const path = edit(zip('broken.zip', 'a.csv', TEXT), LOCAL_HEADER, (bytes) => bytes.fill(0xff, 35, 200));
  await expect(textOf(path)).rejects.toMatchObject({
    code: 'damaged',
    message: expect.stringMatching(/^--file z\.zip: its zip archive is broken \(invalid/),
  });
});

test('a zip that is compressed otherwise is refused with its method', async () => {
  await expect(textOf(zip('b.zip', 'a.csv', TEXT, 'ZIP_BZIP2'))).rejects.toMatchObject({
    code: 'usage',
    message: '--file z.zip: the zip is compressed by method 12, which is not supported',
    hint: 'Unpack it: unzip -p z.zip | cryptopipe ... --file -.',
  });
});

test('a zip of folders and notes alone holds no file', async () => {
  await expect(textOf(zip('notes.zip', 'README.md', 'x'))).rejects.toMatchObject({
    code: 'usage',
    message: '--file z.zip: the zip holds no file',
  });
});
