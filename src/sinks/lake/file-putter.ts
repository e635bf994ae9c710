import { randomUUID } from 'node:crypto';
import type { Layout } from './layout.ts';
import { type Store, sizeOf } from './store.ts';

/** Stores a file, and answers its path. `isWhole`: all records are in it that its name speaks of. */
export type PutFile = (name: string, chunks: readonly Uint8Array[], isWhole: boolean) => Promise<string>;

/**
 * A file of this name that is there already holds the same records: it was put by a process that died, or by this one
 * whose answer was lost. One of another size was made by another version of the program: it is left alone, and so is the
 * name of one that lacks posts deleted since.
 */
export function filePutter(store: Store, extension: string, table: Layout['table']): PutFile {
  return async (name, chunks, isWhole) => {
    const path = `${name}.${extension}`;
    if (table === 'plain') {
      await store.put(path, chunks);
      return path;
    }
    if (isWhole && ((await store.putIfAbsent(path, chunks)) || (await store.size(path)) === sizeOf(chunks)))
      return path;
    const other = `${name}-${randomUUID()}.${extension}`;
    await store.put(other, chunks);
    return other;
  };
}
