import { link, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { codeOf, folderError } from './folder-error.ts';
import { writeUnfinished } from './folder-files.ts';
import type { StoredFile, TableStore } from './store.ts';
import { isAbandoned, isUnfinished } from './unfinished.ts';

/** Longest path on Linux, in bytes. */
const LONGEST_PATH = 4095;

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

/** A store in a folder of a local file system with hard links. */
export function folderStore(root: string): TableStore {
  const at = async <T>(path: string, use: (full: string) => Promise<T>): Promise<T> => {
    const full = join(root, path);
    try {
      return await use(full);
    } catch (error) {
      throw folderError(error, full);
    }
  };
  const listed = async (folder: string, after: string): Promise<StoredFile[]> => {
    const names = ((await readdir(folder).catch(missing)) ?? []).filter((name) => name > after).sort();
    const found = await Promise.all(
      names.filter((name) => !isUnfinished(name)).map((name) => entryOf(folder, name)),
    );
    return found.filter((file) => file !== undefined);
  };
  return {
    url: root,
    maxPathBytes: LONGEST_PATH - Buffer.byteLength(`${resolve(root)}/`),
    list: (folder, after = '') => at(folder, (full) => listed(full, after)),
    async *walk() {
      const entries = (await at('', (full) => readdir(full, { recursive: true }).catch(missing))) ?? [];
      for (const name of entries) {
        if (isUnfinished(basename(name))) continue;
        const file = await at('', (full) => entryOf(full, name));
        if (file !== undefined) yield { ...file, name: name.replaceAll('\\', '/') };
      }
    },
    async unfinished(now, recursive) {
      const names = (await at('', (full) => readdir(full, { recursive }).catch(missing))) ?? [];
      const found = names
        .filter((name) => isUnfinished(basename(name)))
        .map((name) => at('', (full) => entryOf(full, name)));
      return (await Promise.all(found))
        .filter((file) => file !== undefined)
        .map((file) => ({
          name: file.name.replaceAll('\\', '/'),
          isAbandoned: isAbandoned(file, now),
          remove: () => this.remove(file.name),
        }));
    },
    get: (path) => at(path, (full) => readFile(full).catch(missing)),
    size: (path) => at(path, async (full) => (await stat(full).catch(missing))?.size),
    put: (path, chunks) => {
      const full = join(root, path);
      return writeUnfinished(root, full, chunks, (unfinished) => rename(unfinished, full));
    },
    async putIfAbsent(path, chunks) {
      const full = join(root, path);
      let absent = true;
      await writeUnfinished(root, full, chunks, async (unfinished) => {
        try {
          await link(unfinished, full);
        } catch (error) {
          if (codeOf(error) !== 'EEXIST') throw error;
          absent = false;
        }
        await unlink(unfinished);
      });
      return absent;
    },
    remove: (path) => at(path, async (full) => void (await unlink(full).catch(missing))),
  };
}
