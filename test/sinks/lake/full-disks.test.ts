import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openLake } from '../../../src/sinks/lake/lake.ts';
import { requireFolder } from '../../../src/sinks/lake/store/folder-files.ts';
import { folderStore } from '../../../src/sinks/lake/store/folder-store.ts';
import { batchOf, fakeContext, LAKE, price } from '../fakes.ts';
import { scratch } from './scratch.ts';

const files = (root: string) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /\.[a-z]+$/.test(name));

test.skipIf(process.platform === 'win32')(
  'a limit on the size of files is a full disk, and leaves nothing',
  () => {
    const root = scratch();
    const program = `
    import { folderStore } from './src/sinks/lake/store/folder-store.ts';
    process.on('SIGXFSZ', () => undefined);
    const written = folderStore(process.argv[1]).put('date=x/a.parquet', [Buffer.alloc(100_000)]);
    written.catch(({ code, message }) => console.log(code + ' ' + message));`;
    const { outputFiles } = buildSync({
      stdin: { contents: program, resolveDir: process.cwd(), loader: 'ts' },
      bundle: true,
      platform: 'node',
      write: false,
    });
    const printed = execFileSync('sh', ['-c', 'ulimit -f 8; exec "$0" - "$1"', process.execPath, root], {
      input: outputFiles[0]!.text,
      encoding: 'utf8',
    });
    expect(printed).toMatch(/^disk-full .*a\.parquet: the file exceeds the size limit\n$/);
    expect(files(root)).toEqual([]);
  },
);

/** A file system of its own in memory; undefined where this user may not mount one. */
function mounted(options: string): string | undefined {
  const root = scratch();
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', root]).status !== 0) return undefined;
  onTestFinished(() => void spawnSync('umount', [root]));
  return root;
}

async function land(root: string): Promise<void> {
  const sink = await openLake(folderStore(join(root, 'prices')), LAKE, fakeContext());
  await sink.start(0);
  await sink.write(batchOf(Array.from({ length: 5000 }, (_, i) => price(i, { price: Math.sqrt(i) }))));
  await sink.flush(0);
}

describe('a full disk fails the flush with the reason and commits nothing', () => {
  test.for([
    ['no inodes left', 'size=10m,nr_inodes=5'],
    ['no space is left', 'size=40k'],
  ] as const)('%s', async ([, options], { skip }) => {
    const root = mounted(options);
    if (root === undefined) return skip();
    await expect(land(root)).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining('the disk is full'),
    });
    expect(files(root).filter((name) => name.includes('_delta_log') || name.includes('.tmp'))).toEqual([]);
  });
});

test('a read-only file system is refused before any record is read', async ({ skip }) => {
  const root = mounted('size=10m');
  if (root === undefined) return skip();
  mkdirSync(join(root, 'lake'));
  spawnSync('mount', ['-o', 'remount,ro', root]);
  for (const folder of ['lake', 'other/lake'])
    await expect(requireFolder(join(root, folder))).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('read-only'),
    });
});
