import { UserError } from '../../../core/errors.ts';
import type { Store, StoredFile } from '../store/store.ts';
import {
  type Action,
  entryVersion,
  LOG_FOLDER,
  type MetaData,
  type Protocol,
  type Transaction,
  versionName,
} from './actions.ts';
import { newestCheckpoint } from './checkpoint.ts';
import {
  damagedTable,
  type LogSegment,
  nonEmptyNames,
  readCheckpointActions,
  readEntry,
  readLogSegment,
  type SkippedCheckpoints,
  skipCheckpoint,
  unreadableCheckpoint,
} from './log-segment.ts';
import { unsupportedFeature } from './protocol.ts';

/** Log entries that are fetched at once. */
const ENTRIES_AT_ONCE = 16;

/** How often a log that changes while it is read is begun anew. */
const TRIES = 3;

/** A table at one version, as its log tells, but for its files. */
export class Snapshot {
  /** Of the last log entry that is in; -1 while there is no table. */
  version = -1;
  protocol: Protocol | undefined;
  metaData: MetaData | undefined;
  /** By application id. */
  transactions = new Map<string, Transaction>();
  /** The file that shows that this version is part of the log; undefined while there is no table. */
  anchor: StoredFile | undefined;

  constructor(
    readonly store: Store,
    /** Checkpoints that were passed over. */
    readonly skipped: SkippedCheckpoints = new Map(),
  ) {}

  apply(version: number, actions: readonly Action[], anchor: StoredFile | undefined): void {
    for (const { protocol, metaData, txn } of actions) {
      if (protocol) this.protocol = protocol;
      if (metaData) this.metaData = metaData;
      if (txn) this.transactions.set(txn.appId, txn);
    }
    this.version = version;
    this.anchor = anchor;
  }

  /** Throws Problem `damaged` for a table that needs what we do not know. */
  requireSupported(): void {
    const unknown = this.protocol && unsupportedFeature(this.protocol, this.metaData);
    if (unknown !== undefined) throw damagedTable(this.store, `needs ${unknown}, which is not known here`);
  }

  /**
   * The log entries after this version, in one listing. Undefined when the log no longer goes on from this version: it was
   * cleaned, removed or made anew, or a checkpoint has gone ahead of its entries.
   */
  async newEntries(): Promise<readonly StoredFile[] | undefined> {
    const { store, version, anchor } = this;
    const files = await store.list(LOG_FOLDER, version < 0 ? undefined : versionName(version));
    if (version >= 0 && !files.some(({ name, tag }) => name === anchor?.name && tag === anchor.tag))
      return undefined;
    const entries = new Map(files.map((file) => [entryVersion(file.name), file]));
    const newer: StoredFile[] = [];
    for (let next = version + 1; entries.has(next); next++) newer.push(entries.get(next)!);
    const last = version + newer.length;
    const ahead =
      newestCheckpoint(nonEmptyNames(files), Number.POSITIVE_INFINITY, this.skipped)?.version ?? -1;
    const hasMore = ahead > last || [...entries.keys()].some((at) => at !== undefined && at > last);
    return hasMore ? undefined : newer;
  }

  /**
   * Takes in what other writers have done. Gives their actions, or undefined when the table had to be read anew. Throws
   * Problem `damaged` when it is gone, is another table now, or needs what we do not know.
   */
  async update(): Promise<readonly Action[] | undefined> {
    const entries = await this.newEntries();
    if (entries === undefined) return this.reload();
    const news: Action[] = [];
    for await (const [file, actions] of readEntries(this.store, entries)) {
      if (actions === undefined) return this.reload();
      const id = actions.find(({ metaData }) => metaData !== undefined)?.metaData?.id;
      if (this.metaData !== undefined && id !== undefined && id !== this.metaData.id)
        throw tableReplaced(this.store);
      this.apply(entryVersion(file.name)!, actions, file);
      news.push(...actions);
    }
    this.requireSupported();
    return news;
  }

  /** As readOn, without trust in what is known. */
  async reload(): Promise<undefined> {
    const fresh = await readSnapshot(this.store);
    if (this.version >= 0 && fresh.version < 0) throw tableDeleted(this.store);
    if (this.version >= 0 && fresh.metaData?.id !== this.metaData?.id) throw tableReplaced(this.store);
    Object.assign(this, fresh);
  }
}

const tableDeleted = ({ url }: Store): UserError =>
  new UserError(
    'damaged',
    `${url} is gone: its Delta log was removed while it was written to`,
    'See who removes it. Start again to make it anew from what the topics still hold.',
  );

const tableReplaced = ({ url }: Store): UserError =>
  new UserError(
    'damaged',
    `${url} is another table now: somebody removed it, or made it anew, while it was written to`,
    'Nothing was added to the new one. Start again to write to it, or choose another place.',
  );

/**
 * Reads a table from its newest checkpoint on. Throws Problem `damaged` for a log with a gap, and for a table that needs
 * what we do not know.
 */
export async function readSnapshot(store: Store): Promise<Snapshot> {
  const passed: SkippedCheckpoints = new Map();
  for (let tries = 1; ; ) {
    const chronicle = await readLogSegment(store, Number.POSITIVE_INFINITY, passed);
    const snapshot = new Snapshot(store, passed);
    const before = passed.size;
    if (await readInto(snapshot, chronicle, passed)) {
      snapshot.requireSupported();
      return snapshot;
    }
    if (passed.size > before || tries++ < TRIES) continue;
    throw damagedTable(store, 'has a log whose entries go while they are read');
  }
}

/** False when a checkpoint cannot be read, or an entry is gone. */
async function readInto(
  snapshot: Snapshot,
  { checkpoint, entries, anchor }: LogSegment,
  passed: SkippedCheckpoints,
): Promise<boolean> {
  const { store } = snapshot;
  if (checkpoint !== undefined)
    try {
      for await (const actions of readCheckpointActions(store, checkpoint, false))
        snapshot.apply(checkpoint.version, actions, anchor);
      if (snapshot.protocol === undefined || snapshot.metaData === undefined)
        throw unreadableCheckpoint(store, checkpoint, 'it does not describe the table');
    } catch (error) {
      skipCheckpoint(passed, checkpoint, error);
      return false;
    }
  for await (const [{ name }, actions] of readEntries(store, entries)) {
    if (actions === undefined) return false;
    snapshot.apply(entryVersion(name)!, actions, anchor);
  }
  return true;
}

/** Log entries with their actions; these are undefined for one that is gone. */
async function* readEntries(
  store: Store,
  entries: readonly StoredFile[],
): AsyncIterable<readonly [StoredFile, readonly Action[] | undefined]> {
  for (let from = 0; from < entries.length; from += ENTRIES_AT_ONCE) {
    const part = entries.slice(from, from + ENTRIES_AT_ONCE);
    const actions = await Promise.all(part.map(({ name }) => readEntry(store, entryVersion(name)!)));
    for (const [i, file] of part.entries()) yield [file, actions[i]];
  }
}
