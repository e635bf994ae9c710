import { type Action, entryChunks, entryPath, entryVersion, LOG_FOLDER } from './actions.ts';
import { newestCheckpoint } from './checkpoint.ts';
import { damagedTable, nonEmptyNames, readEntry } from './log-segment.ts';
import type { Snapshot } from './snapshot.ts';

/** A log entry to be added to a table. */
export interface NewEntry {
  /** Stands in the `commitInfo` of its actions. */
  readonly commitId: string;
  /**
   * Its actions for the table as it is now; undefined to give up. Asked before each try, with what others did since the
   * last one (undefined: the table was read anew). `inVain`: the try before was put, and then its log was replaced. May
   * throw.
   */
  readonly actions: (
    news: readonly Action[] | undefined,
    inVain: boolean,
  ) => Promise<readonly Action[] | undefined>;
  /** Whether the table has what it does. Asked when the log was cleaned or replaced right after it was put. */
  readonly isCommitted: () => Promise<boolean> | boolean;
}

/**
 * Adds an entry to the log that a snapshot is of, once, and only to that log: before and after it is put, the snapshot's
 * own version must be there, and nothing ahead of it. False when the entry gave up. Requests a try: two listings, one put,
 * one read for each entry of others.
 */
export async function appendEntry(snapshot: Snapshot, entry: NewEntry): Promise<boolean> {
  const { store } = snapshot;
  /** The version where something was already: another's entry, or this one when the answer to its put was lost. */
  let taken = -1;
  for (let inVain = false; ; ) {
    const read = await snapshot.update();
    const news = inVain ? undefined : read;
    if (taken >= 0) {
      if (news === undefined ? await entry.isCommitted() : containsEntry(entry, news)) return true;
      if (snapshot.version < taken)
        throw damagedTable(store, `has a log entry that cannot be read: ${taken}`);
    }
    const actions = await entry.actions(news, inVain);
    if (actions === undefined) return false;
    const version = snapshot.version + 1;
    inVain = await store.putIfAbsent(entryPath(version), entryChunks(actions));
    if (!inVain) taken = version;
    else if (await confirm(snapshot, entry, actions)) return true;
  }
}

const containsEntry = ({ commitId }: NewEntry, actions: readonly Action[]): boolean =>
  actions.some(({ commitInfo }) => commitInfo?.commitId === commitId);

/** After the put: false when the entry is no part of the table, since its log was cleaned or replaced meanwhile. */
async function confirm(snapshot: Snapshot, entry: NewEntry, actions: readonly Action[]): Promise<boolean> {
  const { store } = snapshot;
  const version = snapshot.version + 1;
  const isThere = async (): Promise<boolean> => {
    const there = await readEntry(store, version);
    return there !== undefined && containsEntry(entry, there);
  };
  const [own] = (await snapshot.newEntries()) ?? [];
  // The first entry has none before it to tell this log from another one.
  if (own !== undefined && (version > 0 || (await isThere()))) {
    snapshot.apply(version, actions, own);
    return true;
  }
  /** So that it never becomes part of another table, or of another history of this one. */
  const withdraw = async (): Promise<void> => {
    if (await isThere()) await store.remove(entryPath(version));
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
