import { dirname, join, resolve } from 'node:path';
import { type Key, open, type RootDatabase } from 'lmdb';
import { UserError } from '../../../core/errors.ts';
import type { Millis } from '../../../core/util/time.ts';
import { lockNamespace, releaseNamespace } from '../group/namespace.ts';
import type { Owner } from '../group/owner.ts';
import { damaged } from './damage.ts';
import { DATA_FILE, fullness, identityOf, mayOnlyRead, onDisk, prepareFolder } from './folder.ts';
import { type Form, isWhole, jsonForm, LmdbTable, textForm, Writes } from './rows.ts';
import { type ReadOnlyView, takeSnapshot } from './snapshot.ts';
import { checkStructure, type IsRowIntact } from './structure.ts';
import { writing } from './writing.ts';

const FORMAT = 2;

export interface TopicRow {
  /** Never reused, so leftovers of an older topic of this name do not belong to this one. */
  readonly id: number;
  /** Undefined for a topic created by an older version, until first used. */
  readonly identity?: string;
  readonly partitions: number;
  readonly retentionMs?: Millis;
  readonly compacted: boolean;
}

/** Facts about one partition, updated by each append. */
export interface HeadRow {
  start: number;
  end: number;
  records: number;
  bytes: number;
  lastTime: Millis;
  /** Compaction has processed the offsets below this one. */
  cleaned: number;
  /** See `sparseUpTo`; undefined in a head written by an older version. */
  sparse?: number;
}

export interface MemberRow {
  readonly owner: Owner;
  readonly exclusive: boolean;
  readonly since: Millis;
  readonly seen: Millis;
}

export interface LeaseRow {
  readonly member: string | null;
  readonly owner: Owner;
  readonly epoch: number;
}

/** The tables of a bus folder. One writer at a time, any number of processes. */
export interface LogStore {
  readonly dir: string;
  readonly root: RootDatabase;
  readonly writes: Writes;
  /** Identity of the data file, to notice that it was removed or replaced. */
  readonly identity: string;
  readonly meta: LmdbTable<unknown, string>;
  readonly topics: LmdbTable<TopicRow, string>;
  /** [topic id, partition] */
  readonly heads: LmdbTable<HeadRow, [number, number]>;
  /** [topic id, partition, base offset] -> codec.ts */
  readonly batches: LmdbTable<Buffer, [number, number, number]>;
  /** [topic id, group, partition] -> next offset */
  readonly offsets: LmdbTable<number, [number, string, number]>;
  /** [group, partition, state key] */
  readonly state: LmdbTable<string, [string, number, string]>;
  /** [family, member] */
  readonly members: LmdbTable<MemberRow, [string, string]>;
  /** [family, partition] */
  readonly leases: LmdbTable<LeaseRow, [string, number]>;
  /** source -> position; `marks` in the file */
  readonly sourcePositions: LmdbTable<string, string>;
  /** Set for a read-only bus: it takes no writes, and reads fail once another process writes to it. */
  readonly snapshot: ReadOnlyView | undefined;
}

/** Tables whose rows are not JSON. */
const TEXTS = new Set(['state', 'marks']);

function openFile(path: string, readOnly: boolean): RootDatabase {
  try {
    // Without overlapping sync, a commit is on disk before it is visible. Without event-turn batching, lmdb leaves no
    // unhandled rejection when a commit fails.
    return open({
      path,
      noSubdir: true,
      maxDbs: 16,
      overlappingSync: false,
      eventTurnBatching: false,
      encoding: 'binary',
      readOnly,
    });
  } catch (error) {
    throw (
      fullness(dirname(path), error) ??
      damaged(path, `it cannot be opened: ${(error as Error).message}`, error)
    );
  }
}

/** See IsRowIntact. Batches have their own checksum, checked when they are read. */
const isRowWhole: IsRowIntact = (table, key, value) =>
  table === 'batches' || value === undefined || isWhole(key, value, !TEXTS.has(table));

/** Checks the file within a read transaction, so that no process reuses a page meanwhile. */
function checkFile(root: RootDatabase, path: string): void {
  const transaction = root.useReadTransaction();
  try {
    checkStructure(path, isRowWhole);
  } finally {
    transaction.done();
    // Its timer would find the transaction of a file that was closed since.
    root.resetReadTxn();
  }
}

function openTables(dir: string, path: string, snapshot?: ReadOnlyView): LogStore {
  const root = openFile(path, snapshot !== undefined);
  try {
    checkFile(root, path);
    return tablesOf(dir, path, root, snapshot);
  } catch (error) {
    void root.close();
    throw error;
  }
}

function tablesOf(dir: string, path: string, root: RootDatabase, snapshot?: ReadOnlyView): LogStore {
  const writes = new Writes();
  const table = <V, K extends Key>(name: string, form: Form<V> | undefined): LmdbTable<V, K> =>
    new LmdbTable<V, K>(root.openDB<Buffer, K>(name, { encoding: 'binary' }), writes, form, snapshot?.check);
  const raw = root.openDB<Buffer, string>('meta', { encoding: 'binary' });
  const format = raw.get('format')?.toString();
  // Plain JSON, so that an older version can name the format.
  if (format === undefined || format === '1') {
    if (snapshot === undefined) raw.putSync('format', Buffer.from(String(FORMAT)));
  } else if (format !== String(FORMAT))
    throw new UserError(
      'damaged',
      `${dir} was written in format ${format}; this version reads format ${FORMAT}`,
      'Use the version of cryptopipe that wrote it, or start with a new folder (--bus local:OTHER).',
    );
  const store: LogStore = {
    dir,
    root,
    writes,
    identity: identityOf(path),
    meta: table('meta', jsonForm<unknown>()),
    topics: table('topics', jsonForm<TopicRow>()),
    heads: table('heads', jsonForm<HeadRow>()),
    batches: table('batches', undefined),
    offsets: table('offsets', jsonForm<number>()),
    state: table('state', textForm),
    members: table('members', jsonForm<MemberRow>()),
    leases: table('leases', jsonForm<LeaseRow>()),
    sourcePositions: table('marks', textForm),
    snapshot,
  };
  if (snapshot === undefined) root.readerCheck();
  return store;
}

/** Throws UserError `failed` once the data file was removed or replaced: nothing written now could be read. */
export function assertThere(store: LogStore): void {
  if (identityOf(join(store.dir, DATA_FILE)) === store.identity) return;
  throw new UserError(
    'failed',
    `the bus folder ${store.dir} was removed or replaced while it was in use: what was written since is lost`,
    'Leave the folder alone while cryptopipe runs, and start again.',
  );
}

/** The stores open in this process, with their reference counts. */
const openStores = new Set<{ readonly path: string; readonly store: LogStore; holders: number }>();

/**
 * Opens or creates the tables of a folder. Throws UserError `damaged` or `usage` for a foreign folder. A process opens
 * them once: a second environment could wait for the first one's writer, which waits for this thread.
 */
export function openStore(dir: string): LogStore {
  const path = resolve(prepareFolder(dir));
  onDisk(dir, () => lockNamespace(dir, Date.now()));
  const identity = identityOf(path);
  // A store with this path may still be open although its file was removed.
  let shared = [...openStores].find((one) => one.path === path && one.store.identity === identity);
  if (shared === undefined) {
    shared = { path, store: openTables(dir, path), holders: 0 };
    openStores.add(shared);
  }
  shared.holders += 1;
  return shared.store;
}

/**
 * Opens a read-only bus at its last commit. Writes throw UserError `unavailable`, and so do reads once another process
 * has written to it.
 */
export function openSnapshot(dir: string): LogStore {
  const snapshot = takeSnapshot(dir);
  try {
    return openTables(dir, snapshot.path, snapshot);
  } catch (error) {
    try {
      // A page overwritten by a writer looks like damage.
      snapshot.check();
      throw error;
    } finally {
      snapshot.close();
    }
  }
}

/** Releases a store; the last holder closes it. */
export async function closeStore(store: LogStore): Promise<void> {
  if (store.snapshot !== undefined) {
    await store.root.close();
    store.snapshot.close();
  }
  for (const shared of openStores) {
    if (shared.store !== store) continue;
    shared.holders -= 1;
    if (shared.holders > 0) return;
    openStores.delete(shared);
    await store.root.close();
    releaseNamespace(store.dir);
  }
}

/**
 * Runs `step` in one transaction. Resolves when the result is on disk, in a file that still exists. A step that throws
 * writes nothing.
 */
export async function transact<T>(store: LogStore, step: () => T): Promise<T> {
  if (store.snapshot !== undefined) throw mayOnlyRead(store.dir);
  try {
    const result = await writing(() => store.root.transaction(() => store.writes.run(step)));
    assertThere(store);
    return result;
  } catch (error) {
    if (error instanceof UserError) throw error;
    // lmdb reports the reason of a failed commit as a promise that rejects with it.
    const later = (error as { commitError?: Promise<never> }).commitError;
    const cause = later === undefined ? error : await later.catch((reason: unknown) => reason);
    assertThere(store);
    throw fullness(store.dir, cause) ?? cause;
  }
}
