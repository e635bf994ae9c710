import { randomUUID } from 'node:crypto';
import { type FileHandle, link, mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Problem } from '../../core/problem.ts';
import type { Store } from './store.ts';

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

const REMEDIES: Readonly<Record<string, readonly [code: Problem['code'], what: string, remedy: string]>> = {
  ENOSPC: ['disk-full', 'the disk is full', 'Free some space and start again; nothing was committed.'],
  EDQUOT: ['disk-full', 'the quota is used up', 'Free some space and start again; nothing was committed.'],
  EACCES: [
    'unavailable',
    'no permission',
    'Give this user the right to write there, or choose another --dir.',
  ],
  EPERM: ['unavailable', 'not permitted', 'Choose a --dir on a file system that has hard links.'],
  EROFS: ['unavailable', 'the file system is read-only', 'Choose another --dir.'],
  ENOTDIR: ['damaged', 'a file stands where a folder should be', 'Move it away or choose another --dir.'],
  EISDIR: ['damaged', 'a folder stands where a file should be', 'Move it away or choose another --dir.'],
};

/** An error of the file system as a Problem. */
export function folderProblem(error: unknown, path: string): unknown {
  if (error instanceof Problem) return error;
  const [code, what, remedy] = REMEDIES[String(codeOf(error))] ?? [
    'failed',
    error instanceof Error ? error.message : String(error),
    'Check the disk and the folder.',
  ];
  return new Problem(code, `cannot use ${path}: ${what}`, remedy, false, { cause: error });
}

/** A new name in a folder survives a power cut once the folder itself is synced. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; ; made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made === first) return;
  }
}

async function createFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    await makeFolder(dirname(path));
    return open(path, 'wx');
  }
}

/** Writes beside `path` under a hidden name, synced; `publish` gives it its name. */
async function writeThen(
  path: string,
  chunks: readonly Uint8Array[],
  publish: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    const file = await createFile(temporary);
    try {
      await file.writeFile(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
      await file.sync();
    } finally {
      await file.close();
    }
    await publish(temporary);
    await syncFolder(dirname(path));
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw folderProblem(error, path);
  }
}

/** A store in a folder of a local file system with hard links. A killed process may leave hidden `.tmp` files. */
export function folderStore(root: string): Store {
  const readOr = async <T>(path: string, missing: T, read: (path: string) => Promise<T>): Promise<T> => {
    const full = join(root, path);
    try {
      return await read(full);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return missing;
      throw folderProblem(error, full);
    }
  };
  return {
    url: root,
    list: (folder) => readOr<readonly string[]>(folder, [], (path) => readdir(path)),
    get: (path) => readOr<string | undefined>(path, undefined, (full) => readFile(full, 'utf8')),
    put: (path, chunks) => {
      const full = join(root, path);
      return writeThen(full, chunks, (temporary) => rename(temporary, full));
    },
    async putIfAbsent(path, text) {
      const full = join(root, path);
      let absent = true;
      await writeThen(full, [Buffer.from(text)], async (temporary) => {
        try {
          await link(temporary, full);
        } catch (error) {
          if (codeOf(error) !== 'EEXIST') throw error;
          absent = false;
        }
        await unlink(temporary);
      });
      return absent;
    },
  };
}
