import { InvalidRecord } from '../../../core/stream/record.ts';
import { emptyChain, type RowChain } from './column-buffer.ts';
import { hivePath } from './hive.ts';
import { type FolderKey, folderText } from './row-reader.ts';

/** Buffered rows of one partition for the next file of a folder. */
export interface PendingFile {
  /** Path of the folder below the table, in Hive's notation. */
  readonly path: string;
  /** Values of the folder columns, in their order. */
  readonly values: readonly (string | null)[];
  /** Offsets of the first and the last row. */
  readonly first: number;
  last: number;
  readonly rows: RowChain;
}

interface Level {
  readonly next: Map<FolderKey, Level>;
  pending?: PendingFile | undefined;
}

const newLevel = (): Level => ({ next: new Map() });

function addLevel(above: Level, key: FolderKey): Level {
  const next = newLevel();
  above.next.set(key, next);
  return next;
}

/** The pending files of one partition, by folder. */
export interface Folders {
  /** The pending file for these keys, created if missing. Throws InvalidRecord when its path would be too long. */
  of(keys: readonly FolderKey[], offset: number): PendingFile;
  all(): PendingFile[];
  count(): number;
  /** Call when the rows are in a file. */
  remove(pending: PendingFile): void;
}

/** `names`: the folder columns. `maxBytes`: limit of a folder's path. */
export function newFolders(names: readonly string[], maxBytes: number): Folders {
  let root = newLevel();
  const levelOf = new Map<PendingFile, Level>();
  const open = (level: Level, keys: readonly FolderKey[], offset: number): PendingFile => {
    const values = keys.map(folderText);
    const path = hivePath(names, values);
    if (path === undefined) throw new InvalidRecord('a folder column is too long for the name of a folder');
    if (path.length > maxBytes)
      throw new InvalidRecord(
        `the folder columns together are too long for a path (${path.length} bytes, limit ${maxBytes})`,
      );
    level.pending = { path, values, first: offset, last: offset, rows: emptyChain() };
    levelOf.set(level.pending, level);
    return level.pending;
  };
  return {
    of(keys, offset) {
      let level = root;
      for (let i = 0; i < keys.length; i++) {
        const key = keys[i]!;
        level = level.next.get(key) ?? addLevel(level, key);
      }
      return level.pending ?? open(level, keys, offset);
    },
    all: () => [...levelOf.keys()],
    count: () => levelOf.size,
    remove(pending) {
      const level = levelOf.get(pending);
      if (level) level.pending = undefined;
      levelOf.delete(pending);
      // Keys of past days would pile up: drop the tree whenever it is empty.
      if (levelOf.size === 0) root = newLevel();
    },
  };
}
