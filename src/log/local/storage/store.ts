import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Key, open, type RootDatabase } from 'lmdb';
import { UserError } from '../../../core/errors.ts';
import type { Millis } from '../../../core/util/time.ts';
import { claimNamespace, releaseNamespace } from '../group/namespace.ts';
import type { Owner } from '../group/owner.ts';
import { damaged } from './damage.ts';
import { DATA_FILE, fullness, onDisk, prepareFolder } from './folder.ts';
import { asJson, asText, type Form, isWhole, Table, Writes } from './rows.ts';
import { checkStructure, type JudgeRow } from './structure.ts';
import { writing } from './writing.ts';

const FORMAT = 2;

export interface TopicRow {
  /** Never reused, so that leftovers of a deleted topic of this name do not belong to this one. */
  readonly id: number;
  /** Undefined for a topic made by an older version, until it is first requested. */
  readonly identity?: string;
  readonly partitions: number;
  readonly retentionMs?: Millis;
  readonly compacted: boolean;
}

/** Counters of one partition, updated by each append. */
export interface HeadRow {
  start: number;
  end: number;
  records: number;
  bytes: number;
  lastTime: Millis;
  /** Compaction has run up to here. */
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
export interface Store {
  readonly dir: string;
  readonly root: RootDatabase;
  readonly writes: Writes;
  /** Identity of the data file, to detect that it was removed or replaced. */
  readonly identity: string;
  readonly meta: Table<unknown, string>;
  readonly topics: Table<TopicRow, string>;
  /** [topic id, partition] */
  readonly heads: Table<HeadRow, [number, number]>;
  /** [topic id, partition, base offset] -> codec.ts */
  readonly batches: Table<Buffer, [number, number, number]>;
  /** [topic id, group, partition] -> next offset */
  readonly offsets: Table<number, [number, string, number]>;
  /** [group, partition, state key] */
  readonly state: Table<string, [string, number, string]>;
  /** [family, member] */
  readonly members: Table<MemberRow, [string, string]>;
  /** [family, partition] */
  readonly leases: Table<LeaseRow, [string, number]>;
  readonly marks: Table<string, string>;
}

/** Tables whose rows are not JSON. */
const TEXTS = new Set(['state', 'marks']);

function openFile(path: string): RootDatabase {
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
    });
  } catch (error) {
    throw (
      fullness(dirname(path), error) ??
      damaged(path, `it cannot be opened: ${(error as Error).message}`, error)
    );
  }
}

/** See JudgeRow. Batches have their own checksum, which is verified when they are read. */
const isRowWhole: JudgeRow = (table, key, value) =>
  table === 'batches' || value === undefined || isWhole(key, value, !TEXTS.has(table));

/** Checks the file with a read transaction open, so that no process reuses its pages meanwhile. */
function checkFile(root: RootDatabase, path: string): void {
  const transaction = root.useReadTransaction();
  try {
    checkStructure(path, isRowWhole);
  } finally {
    transaction.done();
    // Otherwise its timer would find the transaction after the file is closed.
    root.resetReadTxn();
  }
}

function openTables(dir: string, path: string): Store {
  const root = openFile(path);
  try {
    checkFile(root, path);
    return tablesOf(dir, path, root);
  } catch (error) {
    void root.close();
    throw error;
  }
}

function tablesOf(dir: string, path: string, root: RootDatabase): Store {
  const writes = new Writes();
  const table = <V, K extends Key>(name: string, form: Form<V> | undefined): Table<V, K> =>
    new Table<V, K>(root.openDB<Buffer, K>(name, { encoding: 'binary' }), writes, form);
  const raw = root.openDB<Buffer, string>('meta', { encoding: 'binary' });
  const format = raw.get('format')?.toString();
  // Plain JSON, so that an older version can name the format in its error.
  if (format === undefined || format === '1') raw.putSync('format', Buffer.from(String(FORMAT)));
  else if (format !== String(FORMAT))
    throw new UserError(
      'damaged',
      `${dir} was written in format ${format}; this version reads format ${FORMAT}`,
      'Use the version of cryptopipe that wrote it, or start with a new folder (--bus local:OTHER).',
    );
  const store: Store = {
    dir,
    root,
    writes,
    identity: identityOf(path),
    meta: table('meta', asJson<unknown>()),
    topics: table('topics', asJson<TopicRow>()),
    heads: table('heads', asJson<HeadRow>()),
    batches: table('batches', undefined),
    offsets: table('offsets', asJson<number>()),
    state: table('state', asText),
    members: table('members', asJson<MemberRow>()),
    leases: table('leases', asJson<LeaseRow>()),
    marks: table('marks', asText),
  };
  root.readerCheck();
  return store;
}

/** A file's device and inode; empty if there is no file. */
function identityOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? '' : `${found.dev}:${found.ino}`;
}

/** Throws UserError `failed` if the data file was removed or replaced, so that writes would be lost. */
export function assertThere(store: Store): void {
  if (identityOf(join(store.dir, DATA_FILE)) === store.identity) return;
  throw new UserError(
    'failed',
    `the bus folder ${store.dir} was removed or replaced while it was in use; later writes are lost`,
    'Do not change the folder while cryptopipe runs, and start again.',
  );
}

/** The open stores of this process, with their reference counts. */
const openStores = new Set<{ readonly path: string; readonly store: Store; holders: number }>();

/**
 * Opens or creates the tables of a folder. Throws UserError `damaged` or `usage`. Each folder is opened once per process:
 * a second environment could deadlock, waiting for the first one's writer, which waits for this thread.
 */
export function openStore(dir: string): Store {
  const path = resolve(prepareFolder(dir));
  onDisk(dir, () => claimNamespace(dir, Date.now()));
  const identity = identityOf(path);
  // An open store of this path may belong to a file that was removed.
  let shared = [...openStores].find((one) => one.path === path && one.store.identity === identity);
  if (shared === undefined) {
    shared = { path, store: openTables(dir, path), holders: 0 };
    openStores.add(shared);
  }
  shared.holders += 1;
  return shared.store;
}

/** Releases a store; the last holder closes it. */
export async function closeStore(store: Store): Promise<void> {
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
export async function transact<T>(store: Store, step: () => T): Promise<T> {
  try {
    const result = await writing(() => store.root.transaction(() => store.writes.run(step)));
    assertThere(store);
    return result;
  } catch (error) {
    if (error instanceof UserError) throw error;
    // lmdb gives the reason of a failed commit as a rejected promise.
    const later = (error as { commitError?: Promise<never> }).commitError;
    const cause = later === undefined ? error : await later.catch((reason: unknown) => reason);
    assertThere(store);
    throw fullness(store.dir, cause) ?? cause;
  }
}
