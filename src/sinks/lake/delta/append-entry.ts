import { type Action, entryChunks, entryPath, entryVersion, LOG_FOLDER } from './actions.ts';
import { newestCheckpoint } from './checkpoint.ts';
import { damagedTable, nonEmptyNames, readEntry } from './log-segment.ts';
import type { Snapshot } from './snapshot.ts';

/** A log entry to append. */
export interface NewEntry {
  /** Part of the `commitInfo` among its actions. */
  readonly commitId: string;
  /**
   * Its actions for the table's current version; undefined to give up. Called before each attempt. `news`: actions of
   * other writers since the last attempt; undefined after a full reload. `logReplaced`: the last attempt was stored, and
   * then its log was replaced. May throw.
   */
  readonly actions: (
    news: readonly Action[] | undefined,
    logReplaced: boolean,
  ) => Promise<readonly Action[] | undefined>;
  /** Whether the table contains its changes. Called when the log was cleaned or replaced right after the put. */
  readonly isCommitted: () => Promise<boolean> | boolean;
}

/**
 * Appends an entry exactly once, and only to the snapshot's own log: before and after the put, the log must contain the
 * snapshot's version and nothing ahead of it. False when the entry gave up. Requests per attempt: two listings, one put,
 * and one read per entry of other writers.
 */
export async function appendEntry(snapshot: Snapshot, entry: NewEntry): Promise<boolean> {
  const { store } = snapshot;
  /** The version that was taken: by another entry, or by this one when the answer to its put was lost. */
  let taken = -1;
  for (let logReplaced = false; ; ) {
    const read = await snapshot.update();
    const news = logReplaced ? undefined : read;
    if (taken >= 0) {
      if (news === undefined ? await entry.isCommitted() : containsEntry(entry, news)) return true;
      if (snapshot.version < taken)
        throw damagedTable(store, `has a log entry that cannot be read: ${taken}`);
    }
    const actions = await entry.actions(news, logReplaced);
    if (actions === undefined) return false;
    const version = snapshot.version + 1;
    logReplaced = await store.putIfAbsent(entryPath(version), entryChunks(actions));
    if (!logReplaced) taken = version;
    else if (await confirm(snapshot, entry, actions)) return true;
  }
}

const containsEntry = ({ commitId }: NewEntry, actions: readonly Action[]): boolean =>
  actions.some(({ commitInfo }) => commitInfo?.commitId === commitId);

/** After the put: false when the entry is not part of the table because the log was cleaned or replaced meanwhile. */
async function confirm(snapshot: Snapshot, entry: NewEntry, actions: readonly Action[]): Promise<boolean> {
  const { store } = snapshot;
  const version = snapshot.version + 1;
  const isInLog = async (): Promise<boolean> => {
    const stored = await readEntry(store, version);
    return stored !== undefined && containsEntry(entry, stored);
  };
  const [own] = (await snapshot.newEntries()) ?? [];
  // Version 0 has no predecessor that identifies the log, so look at the entry itself.
  if (own !== undefined && (version > 0 || (await isInLog()))) {
    snapshot.apply(version, actions, own);
    return true;
  }
  /** Keeps the entry from becoming part of another table, or of another history of this one. */
  const withdraw = async (): Promise<void> => {
    if (await isInLog()) await store.remove(entryPath(version));
  };
  const files = await store.list(LOG_FOLDER);
  const checkpoint = newestCheckpoint(nonEmptyNames(files), Number.POSITIVE_INFINITY, snapshot.skipped);
  const isBuiltOn = files.some(({ name }) => (entryVersion(name) ?? -1) > version);
  if (!isBuiltOn && (checkpoint?.version ?? -1) < version) await withdraw();
  await snapshot.reload();
  if (await entry.isCommitted()) return true;
  await withdraw();
  return false;
}
