import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { openLocalLog } from '../../../../src/log/local/open.ts';
import { DATA_FILE } from '../../../../src/log/local/storage/folder.ts';
import { closeStore, openStore } from '../../../../src/log/local/storage/store.ts';
import { handClock } from '../../../hand-clock.ts';
import { scratch } from '../../../sinks/lake/scratch.ts';
import { record } from '../../contract.ts';

let dir: string;
beforeEach(() => {
  dir = scratch();
});

const opening = async () => (await openLocalLog(dir, handClock())).close();
const filled = async () => {
  const log = await openLocalLog(dir, handClock());
  for (let i = 0; i < 20; i++)
    await log.append(Array.from({ length: 500 }, (_, n) => record('late', `${n}`, { pad: 'x'.repeat(200) })));
  await log.close();
};

describe('a bus folder', () => {
  test('a missing bus folder is created with its parents', async () => {
    dir = join(dir, 'a', 'b');
    await opening();
    expect(statSync(join(dir, DATA_FILE)).isFile()).toBe(true);
  });

  test('a folder with other files is rejected, and they are named', async () => {
    writeFileSync(join(dir, 'thesis.doc'), 'x');
    await expect(opening()).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('thesis.doc'),
    });
  });

  test('a file is rejected as a bus folder', async () => {
    dir = join(dir, 'file');
    writeFileSync(dir, 'x');
    await expect(opening()).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('a file has that name'),
    });
  });

  test('a foreign data file is reported as damaged', async () => {
    writeFileSync(join(dir, DATA_FILE), 'not a log at all'.repeat(1000));
    await expect(opening()).rejects.toMatchObject({ code: 'damaged' });
  });

  test('a truncated data file is reported as damaged, and the process survives', async () => {
    await filled();
    const file = join(dir, DATA_FILE);
    truncateSync(file, Math.floor(statSync(file).size / 2));
    await expect(opening()).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringMatching(/has \d+ bytes/),
    });
  });

  test('an overwritten first page is reported as damaged', async () => {
    await filled();
    const file = join(dir, DATA_FILE);
    const data = readFileSync(file);
    data.fill(0, 0, 4096);
    writeFileSync(file, data);
    await expect(opening()).rejects.toMatchObject({ code: 'damaged' });
  });

  test('another format is rejected with both version numbers', async () => {
    const store = openStore(dir);
    store.root.openDB('meta', { encoding: 'json' }).putSync('format', 99);
    await closeStore(store);
    await expect(opening()).rejects.toMatchObject({ message: expect.stringMatching(/format 99.*format 2/) });
  });

  test('a bus folder may also contain the sample run', async () => {
    mkdirSync(join(dir, 'sample'));
    await expect(opening()).resolves.toBeUndefined();
  });
});
