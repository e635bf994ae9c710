import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { SAMPLE, takeSampleFolder } from '../../../src/cli/pipeline/sample-folder.ts';
import { thisOwner } from '../../../src/log/local/group/owner.ts';

let cwd = '';
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'cli-sample-'));
});
const at = (path: string) => join(cwd, path);

test('the bus and the lake of the last run are deleted, everything else stays', async () => {
  for (const path of [SAMPLE.bus, SAMPLE.lake, '.cryptopipe/other', 'lake']) {
    await mkdir(at(path), { recursive: true });
    await writeFile(at(join(path, 'x')), '');
  }
  await writeFile(at('.cryptopipe/log.mdb'), '');
  const release = await takeSampleFolder(cwd);
  expect([SAMPLE.bus, SAMPLE.lake].map((path) => existsSync(at(path)))).toEqual([false, false]);
  expect(['.cryptopipe/other/x', '.cryptopipe/log.mdb', 'lake/x'].every((path) => existsSync(at(path)))).toBe(
    true,
  );
  await release();
  expect(existsSync(at(SAMPLE.lock))).toBe(false);
});

test('the sample folder is locked while another process runs the sample, and nothing is deleted', async () => {
  await mkdir(at(SAMPLE.bus), { recursive: true });
  // The parent of this process lives as long as the test does.
  await writeFile(at(SAMPLE.lock), JSON.stringify({ ...thisOwner(), pid: process.ppid, start: undefined }));
  await expect(takeSampleFolder(cwd)).rejects.toMatchObject({ code: 'locked' });
  expect(existsSync(at(SAMPLE.bus))).toBe(true);
});

test('the lock of a killed run is ignored', async () => {
  await mkdir(at(SAMPLE.bus), { recursive: true });
  for (const left of [
    JSON.stringify({ ...thisOwner(), pid: 2 ** 30 }),
    JSON.stringify(thisOwner()),
    '',
    '{',
  ]) {
    await writeFile(at(SAMPLE.lock), left);
    const release = await takeSampleFolder(cwd);
    expect(JSON.parse(await readFile(at(SAMPLE.lock), 'utf8'))).toEqual(thisOwner());
    await release();
  }
});
