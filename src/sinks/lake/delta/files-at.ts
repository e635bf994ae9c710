import type { TableStore } from '../store/store.ts';
import { type Action, entryVersion, keyOf } from './actions.ts';
import {
  damagedTable,
  type LogSegment,
  readCheckpointActions,
  readEntry,
  readLogSegment,
  type SkippedCheckpoints,
  skipCheckpoint,
} from './log-segment.ts';

type OfFile = Pick<Action, 'add' | 'remove'>;

/** Attempts when a listed entry is missing: the log may have been cleaned meanwhile. */
const TRIES = 3;

const pathOf = ({ add, remove }: OfFile): string | undefined => {
  const path = (add ?? remove)?.path;
  return path === undefined ? undefined : keyOf(path);
};

/**
 * The files of a table at a version and the files removed before it: newest first, each once. Holds one log entry or one
 * row group of a checkpoint in memory, and all paths in log entries. Throws UserError `damaged`.
 */
export async function* filesAt(store: TableStore, version: number): AsyncIterable<readonly OfFile[]> {
  const skipped: SkippedCheckpoints = new Map();
  const seen = new Set<string>();
  const isUnseen = (action: OfFile): boolean => {
    const path = pathOf(action);
    return path !== undefined && !seen.has(path);
  };
  const addSeen = (action: OfFile): void => {
    const path = pathOf(action);
    if (path !== undefined) seen.add(path);
  };
  /** Entries from this version on have been yielded. */
  let yieldedFrom = Number.POSITIVE_INFINITY;

  async function* entriesOf({ entries }: LogSegment): AsyncGenerator<readonly OfFile[], boolean> {
    for (const { name } of entries.toReversed()) {
      const at = entryVersion(name)!;
      if (at >= yieldedFrom) continue;
      const actions = await readEntry(store, at);
      if (actions === undefined) return false;
      yield actions.toReversed().filter((action) => {
        const isNew = isUnseen(action);
        if (isNew) addSeen(action);
        return isNew;
      });
      yieldedFrom = at;
    }
    return true;
  }

  for (let tries = 1; ; ) {
    const segment = await readLogSegment(store, version, skipped);
    if (!(yield* entriesOf(segment))) {
      if (tries++ < TRIES) continue;
      throw damagedTable(store, 'has a log whose entries disappear while they are read');
    }
    const { checkpoint } = segment;
    if (checkpoint === undefined) return;
    let count = 0;
    try {
      for await (const actions of readCheckpointActions(store, checkpoint, true)) {
        count += actions.length;
        yield actions.filter(isUnseen);
      }
      return;
    } catch (error) {
      skipCheckpoint(skipped, checkpoint, error);
    }
    // Its first actions have been yielded already. The older checkpoint, or the log, gives the rest.
    if (count === 0) continue;
    for await (const actions of readCheckpointActions(store, checkpoint, true)) {
      actions.forEach(addSeen);
      count -= actions.length;
      if (count <= 0) break;
    }
  }
}

/** Keys of the files in a table's current version. */
export async function activeFiles(store: TableStore): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for await (const actions of filesAt(store, Number.POSITIVE_INFINITY))
    for (const { add } of actions) if (add) keys.add(keyOf(add.path));
  return keys;
}
