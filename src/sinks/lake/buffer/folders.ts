import { InvalidRecord } from '../../../core/stream/record.ts';
import { type Chain, emptyChain } from './column-buffer.ts';
import { hivePath } from './hive.ts';
import { type FolderKey, folderText } from './row-reader.ts';

/** Rows of one partition that wait for the next file of a folder. */
export interface PendingFile {
  /** Path of the folder below the table, as Hive writes it. */
  readonly path: string;
  /** Values of the folder columns, in their order. */
  readonly values: readonly (string | null)[];
  /** Offsets of the first and the last row. */
  readonly first: number;
  last: number;
  readonly rows: Chain;
}

interface Level {
  readonly next: Map<FolderKey, Level>;
  waiting?: PendingFile | undefined;
}

const newLevel = (): Level => ({ next: new Map() });

function below(level: Level, key: FolderKey): Level {
  const next = newLevel();
  level.next.set(key, next);
  return next;
}

/** What waits in one partition, by folder. */
export interface Folders {
  /** What waits in the folder of these keys, made when there is nothing. Throws Unreadable. */
  of(keys: readonly FolderKey[], offset: number): PendingFile;
  all(): PendingFile[];
  /** How many of them have rows. */
  count(): number;
  /** Its rows are in a file. */
  remove(waiting: PendingFile): void;
}

/** `names`: the folder columns. `longest`: bytes that the path of a folder may have. */
export function newFolders(names: readonly string[], longest: number): Folders {
  let root = newLevel();
  const held = new Map<PendingFile, Level>();
  const open = (level: Level, keys: readonly FolderKey[], offset: number): PendingFile => {
    const values = keys.map(folderText);
    const path = hivePath(names, values);
    if (path === undefined) throw new InvalidRecord('a folder column is too long for the name of a folder');
    if (path.length > longest)
      throw new InvalidRecord(
        `the folder columns together are too long for a path (${path.length} bytes of ${longest})`,
      );
    level.waiting = { path, values, first: offset, last: offset, rows: emptyChain() };
    held.set(level.waiting, level);
    return level.waiting;
  };
  return {
    of(keys, offset) {
      let level = root;
      for (let i = 0; i < keys.length; i++) {
        const key = keys[i]!;
        level = level.next.get(key) ?? below(level, key);
      }
      return level.waiting ?? open(level, keys, offset);
    },
    all: () => [...held.keys()],
    count: () => held.size,
    remove(waiting) {
      const level = held.get(waiting);
      if (level) level.waiting = undefined;
      held.delete(waiting);
      // Days pass: what is empty is forgotten as a whole.
      if (held.size === 0) root = newLevel();
    },
  };
}
