import type { Store } from '../store/store.ts';
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

/** An entry that is listed and cannot be read is looked for again: its log may have been cleaned meanwhile. */
const TRIES = 3;

const pathOf = ({ add, remove }: OfFile): string | undefined => {
  const path = (add ?? remove)?.path;
  return path === undefined ? undefined : keyOf(path);
};

/**
 * The files of a table at a version, and those that it had: the newest first, each once. One log entry, or one row group
 * of a checkpoint, is in memory at a time, and the paths that log entries name. Throws Problem `damaged`.
 */
export async function* filesAt(store: Store, version: number): AsyncIterable<readonly OfFile[]> {
  const passed: SkippedCheckpoints = new Map();
  const seen = new Set<string>();
  const unseen = (action: OfFile): boolean => {
    const path = pathOf(action);
    return path !== undefined && !seen.has(path);
  };
  const see = (action: OfFile): void => {
    const path = pathOf(action);
    if (path !== undefined) seen.add(path);
  };
  /** Entries from this version on were told of. */
  let told = Number.POSITIVE_INFINITY;

  async function* entriesOf({ entries }: LogSegment): AsyncGenerator<readonly OfFile[], boolean> {
    for (const { name } of entries.toReversed()) {
      const at = entryVersion(name)!;
      if (at >= told) continue;
      const actions = await readEntry(store, at);
      if (actions === undefined) return false;
      yield actions.toReversed().filter((action) => {
        const isNew = unseen(action);
        if (isNew) see(action);
        return isNew;
      });
      told = at;
    }
    return true;
  }

  for (let tries = 1; ; ) {
    const chronicle = await readLogSegment(store, version, passed);
    if (!(yield* entriesOf(chronicle))) {
      if (tries++ < TRIES) continue;
      throw damagedTable(store, 'has a log whose entries go while they are read');
    }
    const { checkpoint } = chronicle;
    if (checkpoint === undefined) return;
    let count = 0;
    try {
      for await (const actions of readCheckpointActions(store, checkpoint, true)) {
        count += actions.length;
        yield actions.filter(unseen);
      }
      return;
    } catch (error) {
      skipCheckpoint(passed, checkpoint, error);
    }
    // What came of it before it broke was told of: the older checkpoint, or the log, tells the rest.
    if (count === 0) continue;
    for await (const actions of readCheckpointActions(store, checkpoint, true)) {
      actions.forEach(see);
      count -= actions.length;
      if (count <= 0) break;
    }
  }
}

/** Keys of the files that a table has now. */
export async function activeFiles(store: Store): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for await (const actions of filesAt(store, Number.POSITIVE_INFINITY))
    for (const { add } of actions) if (add) keys.add(keyOf(add.path));
  return keys;
}
