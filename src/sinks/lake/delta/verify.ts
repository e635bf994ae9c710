import type { StoredFile, TableStore } from '../store/store.ts';
import { type Add, keyOf, LOG_FOLDER, type Remove } from './actions.ts';
import { filesAt } from './files-at.ts';
import { readSnapshot } from './snapshot.ts';

/** The files of a table at a version, and those removed before it, by key. */
export async function filesOf(store: TableStore, version = Number.POSITIVE_INFINITY) {
  const files = new Map<string, Add>();
  const tombstones = new Map<string, Remove>();
  for await (const actions of filesAt(store, version))
    for (const { add, remove } of actions) {
      if (add) files.set(keyOf(add.path), add);
      else if (remove) tombstones.set(keyOf(remove.path), remove);
    }
  return { files, tombstones };
}

/**
 * Compares the files of a store with its Delta log. `missing`: named by the log, but not in the store, or with another
 * size. `orphans`: in the store, but no part of any version that the log knows.
 */
export async function verify(store: TableStore) {
  const { files, tombstones } = await filesOf(store);
  const unseen = new Map([...files].map(([path, { size }]) => [path, size]));
  const orphans: StoredFile[] = [];
  for await (const file of store.walk()) {
    if (file.name.startsWith(`${LOG_FOLDER}/`)) continue;
    if (unseen.get(file.name) === file.size) unseen.delete(file.name);
    else if (!files.has(file.name) && !tombstones.has(file.name)) orphans.push(file);
  }
  const { version } = await readSnapshot(store);
  return { version, files: files.size, missing: [...unseen.keys()], orphans };
}
