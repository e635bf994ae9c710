import { Problem } from '../../core/problem.ts';
import { type Checkpoint, hintedVersion, newestCheckpoint, readCheckpoint } from './checkpoint.ts';
import {
  type Action,
  entryChunks,
  entryPath,
  entryVersion,
  keyOf,
  LOG_FOLDER,
  type MetaData,
  type Protocol,
  parseEntry,
  type Transaction,
  versionName,
} from './delta.ts';
import { unknownFeature } from './protocol.ts';
import type { Store } from './store.ts';

/** Log entries that are fetched at once. */
const ENTRIES_AT_ONCE = 16;

export const unreadable = (store: Store, what: string, options?: ErrorOptions): Problem =>
  new Problem(
    'damaged',
    `${store.url} ${what}`,
    'Choose another place, or repair the table.',
    false,
    options,
  );

/** A table at one version, as its log tells, but for its files. */
export class Snapshot {
  /** Of the last log entry that is in; -1 while there is no table. */
  version = -1;
  protocol: Protocol | undefined;
  metaData: MetaData | undefined;
  /** By application id. */
  readonly transactions = new Map<string, Transaction>();

  constructor(readonly store: Store) {}

  /** Throws Problem `damaged` for a table that needs what we do not know. */
  apply(version: number, actions: readonly Action[]): void {
    for (const { protocol, metaData, txn } of actions) {
      if (protocol) this.protocol = protocol;
      if (metaData) this.metaData = metaData;
      if (txn) this.transactions.set(txn.appId, txn);
    }
    this.version = version;
    const unknown = this.protocol && unknownFeature(this.protocol, this.metaData);
    if (unknown !== undefined) throw unreadable(this.store, `needs ${unknown}, which is not known here`);
  }

  /** Reads the entries that are new, one by one: a jump to the newest would miss a txn in between. */
  async readOn(): Promise<void> {
    for (;;) {
      const actions = await readEntry(this.store, this.version + 1);
      if (actions === undefined) return;
      this.apply(this.version + 1, actions);
    }
  }
}

/** The actions of a log entry; undefined when there is none. Throws Problem `damaged`. */
export async function readEntry(store: Store, version: number): Promise<readonly Action[] | undefined> {
  const text = await store.get(entryPath(version));
  if (text === undefined) return undefined;
  try {
    return parseEntry(text.toString());
  } catch (cause) {
    throw unreadable(store, `has a log entry that is not JSON: ${entryPath(version)}`, { cause });
  }
}

/**
 * Puts a log entry as the next version of a snapshot, which then holds it, or what another writer has put there: that is
 * answered, and undefined for ours. An answer that was lost does not matter: the entry is known by its commit id.
 */
export async function putEntry(
  snapshot: Snapshot,
  actions: readonly Action[],
  commitId: string,
): Promise<readonly Action[] | undefined> {
  const { store } = snapshot;
  const version = snapshot.version + 1;
  if (await store.putIfAbsent(entryPath(version), entryChunks(actions))) {
    snapshot.apply(version, actions);
    return undefined;
  }
  const there = await readEntry(store, version);
  if (there === undefined) throw unreadable(store, `has a log entry that cannot be read: ${version}`);
  snapshot.apply(version, there);
  return there.some(({ commitInfo }) => commitInfo?.commitId === commitId) ? undefined : there;
}

/** What tells of a table up to a version: a checkpoint, and the log entries after it. */
interface Chronicle {
  readonly checkpoint: Checkpoint | undefined;
  /** Oldest first, without gaps. */
  readonly versions: readonly number[];
}

/** Throws Problem `damaged` for a log with a gap. */
async function chronicleOf(store: Store, upTo: number): Promise<Chronicle> {
  const names = await logNames(store, upTo);
  const checkpoint = newestCheckpoint(names, upTo);
  const from = checkpoint?.version ?? -1;
  const versions = names
    .map(entryVersion)
    .filter((version) => version !== undefined)
    .filter((version) => version > from && version <= upTo);
  if (checkpoint === undefined && versions.length > 0 && versions[0] !== 0)
    throw unreadable(
      store,
      'is a Delta table whose log neither starts at version 0 nor has a whole checkpoint',
    );
  for (const [i, version] of versions.entries())
    if (version !== from + 1 + i)
      throw unreadable(store, `is a Delta table whose log has a gap: version ${from + 1 + i} is missing`);
  return { checkpoint, versions };
}

/** As readCheckpoint, but throws Problem `damaged`. */
async function* checkpointed(store: Store, checkpoint: Checkpoint, files: boolean) {
  try {
    yield* readCheckpoint(store, checkpoint, files);
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    const why = (cause as Error).message;
    throw unreadable(store, `has a checkpoint that cannot be read: ${checkpoint.parts[0]}: ${why}`, {
      cause,
    });
  }
}

/**
 * Reads a table from its newest checkpoint on. Throws Problem `damaged` for a log with a gap, and for a table that needs
 * what we do not know.
 */
export async function readSnapshot(store: Store): Promise<Snapshot> {
  const snapshot = new Snapshot(store);
  const { checkpoint, versions } = await chronicleOf(store, Number.POSITIVE_INFINITY);
  if (checkpoint !== undefined)
    for await (const actions of checkpointed(store, checkpoint, false))
      snapshot.apply(checkpoint.version, actions);
  for (let from = 0; from < versions.length; from += ENTRIES_AT_ONCE) {
    const part = versions.slice(from, from + ENTRIES_AT_ONCE);
    const read = await Promise.all(part.map((version) => readEntry(store, version)));
    for (const [i, actions] of read.entries()) if (actions !== undefined) snapshot.apply(part[i]!, actions);
  }
  await snapshot.readOn();
  return snapshot;
}

/**
 * The files of a table at a version, and those that it had: the newest first, each once. One log entry, or one row group
 * of a checkpoint, is in memory at a time, and the paths that log entries name.
 */
export async function* filesAt(
  store: Store,
  version: number,
): AsyncIterable<readonly Pick<Action, 'add' | 'remove'>[]> {
  const { checkpoint, versions } = await chronicleOf(store, version);
  const seen = new Set<string>();
  const isOfFile = ({ add, remove }: Action) => add !== undefined || remove !== undefined;
  const pathOf = ({ add, remove }: Action) => keyOf((add ?? remove)!.path);
  for (const at of versions.toReversed()) {
    const actions = (await readEntry(store, at)) ?? [];
    yield actions.toReversed().filter((action) => {
      if (!isOfFile(action) || seen.has(pathOf(action))) return false;
      seen.add(pathOf(action));
      return true;
    });
  }
  if (checkpoint !== undefined)
    for await (const actions of checkpointed(store, checkpoint, true))
      yield actions.filter((action) => isOfFile(action) && !seen.has(pathOf(action)));
}

/** Keys of the files that a table has now. */
export async function activeFiles(store: Store): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for await (const actions of filesAt(store, Number.POSITIVE_INFINITY))
    for (const { add } of actions) if (add) keys.add(keyOf(add.path));
  return keys;
}

/** Names in the log's folder, from the checkpoint that the hint names on when that one is whole. */
async function logNames(store: Store, upTo: number): Promise<readonly string[]> {
  const hinted = await hintedVersion(store);
  if (hinted !== undefined && hinted <= upTo) {
    const names = (await store.list(LOG_FOLDER, versionName(hinted))).map(({ name }) => name);
    if (newestCheckpoint(names, upTo) !== undefined) return names;
  }
  return (await store.list(LOG_FOLDER)).map(({ name }) => name);
}
