import { folderStore } from '../../../src/sinks/lake/store/folder-store.ts';
import type { StoredFile, TableStore } from '../../../src/sinks/lake/store/store.ts';

/** A store in memory, as fast as tests of hundreds of commits want it; `called` comes before each call of a reader or writer. */
export function memoryStore(called: () => Promise<void> = async () => {}): TableStore {
  const files = new Map<string, { readonly bytes: Buffer; readonly tag: string }>();
  let puts = 0;
  const after = async <T>(step: () => T): Promise<T> => {
    await called();
    return step();
  };
  const set = (path: string, chunks: readonly Uint8Array[]): void =>
    void files.set(path, { bytes: Buffer.concat(chunks), tag: String(puts++) });
  const described = (path: string, name: string): StoredFile => {
    const { bytes, tag } = files.get(path)!;
    return { name, size: bytes.length, modified: 0, tag };
  };
  return {
    ...folderStore('memory'),
    list: (folder, from = '') =>
      after(() =>
        [...files.keys()]
          .filter((path) => path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/'))
          .map((path) => described(path, path.slice(folder.length + 1)))
          .filter(({ name }) => name > from)
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
      ),
    async *walk() {
      for (const path of [...files.keys()]) if (files.has(path)) yield described(path, path);
    },
    get: (path) => after(() => files.get(path)?.bytes),
    size: (path) => after(() => files.get(path)?.bytes.length),
    put: (path, chunks) => after(() => set(path, chunks)),
    putIfAbsent: (path, chunks) =>
      after(() => {
        if (files.has(path)) return false;
        set(path, chunks);
        return true;
      }),
    remove: (path) => after(() => void files.delete(path)),
  };
}
