import { randomUUID } from 'node:crypto';
import {
  type FileHandle,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  stat,
  unlink,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Problem } from '../../core/problem.ts';
import type { Store, StoredFile } from './store.ts';

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

/** Names of our unfinished files. */
const isTemporary = (name: string): boolean => name.startsWith('.') && name.endsWith('.tmp');

async function entryOf(folder: string, name: string): Promise<StoredFile | undefined> {
  const found = await stat(join(folder, name)).catch(missing);
  if (!found?.isFile()) return undefined;
  const { size, mtimeMs } = found;
  return { name, size, modified: Math.round(mtimeMs), tag: `${mtimeMs}-${size}` };
}

function missing(error: unknown): undefined {
  if (codeOf(error) === 'ENOENT') return undefined;
  throw error;
}

/** A store in a folder of a local file system with hard links. A killed process may leave hidden `.tmp` files. */
export function folderStore(root: string): Store {
  const at = async <T>(path: string, use: (full: string) => Promise<T>): Promise<T> => {
    const full = join(root, path);
    try {
      return await use(full);
    } catch (error) {
      throw folderProblem(error, full);
    }
  };
  const listed = async (folder: string, after: string): Promise<StoredFile[]> => {
    const names = ((await readdir(folder).catch(missing)) ?? []).filter((name) => name > after).sort();
    const found = await Promise.all(
      names.filter((name) => !isTemporary(name)).map((name) => entryOf(folder, name)),
    );
    return found.filter((file) => file !== undefined);
  };
  return {
    url: root,
    list: (folder, after = '') => at(folder, (full) => listed(full, after)),
    async *walk() {
      const entries = (await at('', (full) => readdir(full, { recursive: true }).catch(missing))) ?? [];
      for (const name of entries) {
        if (isTemporary(basename(name))) continue;
        const file = await at('', (full) => entryOf(full, name));
        if (file !== undefined) yield { ...file, name: name.replaceAll('\\', '/') };
      }
    },
    get: (path) => at(path, (full) => readFile(full).catch(missing)),
    size: (path) => at(path, async (full) => (await stat(full).catch(missing))?.size),
    put: (path, chunks) => {
      const full = join(root, path);
      return writeThen(full, chunks, (temporary) => rename(temporary, full));
    },
    async putIfAbsent(path, chunks) {
      const full = join(root, path);
      let absent = true;
      await writeThen(full, chunks, async (temporary) => {
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
    remove: (path) => at(path, async (full) => void (await unlink(full).catch(missing))),
  };
}
