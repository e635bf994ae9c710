import { UserError } from '../../../core/errors.ts';
import type { StoredFile, TableStore } from '../store/store.ts';
import {
  type Action,
  type AppTransaction,
  entryVersion,
  LOG_FOLDER,
  type MetaData,
  type Protocol,
  versionName,
} from './actions.ts';
import { newestCheckpoint } from './checkpoint.ts';
import {
  damagedTable,
  invalidCheckpoint,
  type LogSegment,
  nonEmptyNames,
  readCheckpointActions,
  readEntry,
  readLogSegment,
  type SkippedCheckpoints,
  skipCheckpoint,
} from './log-segment.ts';
import { unsupportedFeature } from './protocol.ts';

/** Concurrent reads of log entries. */
const PARALLEL_ENTRIES = 16;

/** Attempts to read a log that changes while it is read. */
const TRIES = 3;

/** The state of a table at one version, without its files. */
export class Snapshot {
  /** Version of the last log entry applied; -1 while there is no table. */
  version = -1;
  protocol: Protocol | undefined;
  metaData: MetaData | undefined;
  /** By application id. */
  transactions = new Map<string, AppTransaction>();
  /** The file that proves this version is part of the log; undefined while there is no table. */
  anchor: StoredFile | undefined;

  constructor(
    readonly store: TableStore,
    /** Checkpoints that could not be read. */
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

  /** Throws UserError `damaged` when the table needs a feature that we do not support. */
  requireSupported(): void {
    const unknown = this.protocol && unsupportedFeature(this.protocol, this.metaData);
    if (unknown !== undefined)
      throw damagedTable(this.store, `needs ${unknown}, which cryptopipe does not support`);
  }

  /**
   * The log entries after this version, from one listing. Undefined when the log does not continue from this version: it
   * was cleaned, removed or recreated, or a checkpoint is ahead of its entries.
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
   * Applies the commits of other writers. Returns their actions, or undefined after a full reload. Throws UserError
   * `damaged` when the table was removed or replaced, or needs a feature that we do not support.
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

  /** Like `update`, but reads everything again. */
  async reload(): Promise<undefined> {
    const fresh = await readSnapshot(this.store);
    if (this.version >= 0 && fresh.version < 0) throw tableDeleted(this.store);
    if (this.version >= 0 && fresh.metaData?.id !== this.metaData?.id) throw tableReplaced(this.store);
    Object.assign(this, fresh);
  }
}

const tableDeleted = ({ url }: TableStore): UserError =>
  new UserError(
    'damaged',
    `the Delta log of ${url} was removed while this process was writing to it`,
    'Find out what removes it. Start again to recreate the table from what the topics still contain.',
  );

const tableReplaced = ({ url }: TableStore): UserError =>
  new UserError(
    'damaged',
    `${url} is another table now: it was removed or recreated while this process was writing to it`,
    'Nothing was added to the new table. Start again to write to it, or choose another destination.',
  );

/**
 * Reads a table from its newest checkpoint on. Throws UserError `damaged` for a log with a gap, and for a table that needs
 * a feature that we do not support.
 */
export async function readSnapshot(store: TableStore): Promise<Snapshot> {
  const skipped: SkippedCheckpoints = new Map();
  for (let tries = 1; ; ) {
    const segment = await readLogSegment(store, Number.POSITIVE_INFINITY, skipped);
    const snapshot = new Snapshot(store, skipped);
    const before = skipped.size;
    if (await readInto(snapshot, segment, skipped)) {
      snapshot.requireSupported();
      return snapshot;
    }
    if (skipped.size > before || tries++ < TRIES) continue;
    throw damagedTable(store, 'has a log whose entries disappear while they are read');
  }
}

/** False when a checkpoint cannot be read or an entry is missing. */
async function readInto(
  snapshot: Snapshot,
  { checkpoint, entries, anchor }: LogSegment,
  skipped: SkippedCheckpoints,
): Promise<boolean> {
  const { store } = snapshot;
  if (checkpoint !== undefined)
    try {
      for await (const actions of readCheckpointActions(store, checkpoint, false))
        snapshot.apply(checkpoint.version, actions, anchor);
      if (snapshot.protocol === undefined || snapshot.metaData === undefined)
        throw invalidCheckpoint(store, checkpoint, 'it does not describe the table');
    } catch (error) {
      skipCheckpoint(skipped, checkpoint, error);
      return false;
    }
  for await (const [{ name }, actions] of readEntries(store, entries)) {
    if (actions === undefined) return false;
    snapshot.apply(entryVersion(name)!, actions, anchor);
  }
  return true;
}

/** Log entries with their actions; undefined for a missing entry. */
async function* readEntries(
  store: TableStore,
  entries: readonly StoredFile[],
): AsyncIterable<readonly [StoredFile, readonly Action[] | undefined]> {
  for (let from = 0; from < entries.length; from += PARALLEL_ENTRIES) {
    const part = entries.slice(from, from + PARALLEL_ENTRIES);
    const actions = await Promise.all(part.map(({ name }) => readEntry(store, entryVersion(name)!)));
    for (const [i, file] of part.entries()) yield [file, actions[i]];
  }
}
