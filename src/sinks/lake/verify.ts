import { keyOf, LOG_FOLDER } from './delta.ts';
import { readSnapshot } from './snapshot.ts';
import type { Store, StoredFile } from './store.ts';

/** A table's files against what its log says. */
export interface Verification {
  /** Of the table, -1 when there is none. */
  readonly version: number;
  /** Data files of the table. */
  readonly files: number;
  /** Named by the log, but not in the store, or with another size: rows are lost. */
  readonly missing: readonly string[];
  /** In the store, but no part of any version that the log knows: left by a process that died, or at work now. */
  readonly orphans: readonly StoredFile[];
}

/** Compares the files of a store with its Delta log. Throws Problem `damaged` for a log that cannot be read. */
export async function verify(store: Store): Promise<Verification> {
  const { version, files, tombstones } = await readSnapshot(store, { files: true });
  const unseen = new Map([...files!].map(([path, { size }]) => [path, size]));
  const known = new Set([...tombstones.values()].map(({ path }) => keyOf(path)));
  const orphans: StoredFile[] = [];
  for await (const file of store.walk()) {
    if (file.name.startsWith(`${LOG_FOLDER}/`)) continue;
    if (unseen.get(file.name) === file.size) unseen.delete(file.name);
    else if (!files!.has(file.name) && !known.has(file.name)) orphans.push(file);
  }
  return { version, files: files!.size, missing: [...unseen.keys()], orphans };
}

/** Keys of the data files that make up the table now. */
export async function activeFiles(store: Store): Promise<ReadonlySet<string>> {
  return new Set((await readSnapshot(store, { files: true })).files!.keys());
}
