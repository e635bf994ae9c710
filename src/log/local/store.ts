import { resolve } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { Problem } from '../../core/problem.ts';
import type { Millis } from '../../core/time.ts';
import { diskFull, isFull, prepareFolder } from './folder.ts';
import { claimNamespace, releaseNamespace } from './namespace.ts';
import type { Owner } from './owner.ts';
import { writing } from './writing.ts';

const FORMAT = 1;

export interface TopicRow {
  /** Never used again, so that what an old topic of this name left behind is not this one's. */
  readonly id: number;
  /** Undefined for a topic that an older cryptopipe made, until somebody asks. */
  readonly identity?: string;
  readonly partitions: number;
  readonly retentionMs?: Millis;
  readonly compacted: boolean;
}

/** Facts of one partition, kept up with each append. */
export interface HeadRow {
  start: number;
  end: number;
  records: number;
  bytes: number;
  lastTime: Millis;
  /** Compaction has run up to here. */
  cleaned: number;
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
  readonly meta: Database<unknown, string>;
  readonly topics: Database<TopicRow, string>;
  /** [topic id, partition] */
  readonly heads: Database<HeadRow, [number, number]>;
  /** [topic id, partition, base offset] -> codec.ts */
  readonly batches: Database<Buffer, [number, number, number]>;
  /** [topic id, group, partition] -> next offset */
  readonly offsets: Database<number, [number, string, number]>;
  /** [group, partition, state key] */
  readonly state: Database<string, [string, number, string]>;
  /** [family, member] */
  readonly members: Database<MemberRow, [string, string]>;
  /** [family, partition] */
  readonly leases: Database<LeaseRow, [string, number]>;
  readonly marks: Database<string, string>;
}

function openTables(dir: string, path: string): Store {
  let root: RootDatabase;
  try {
    // Without overlapping sync a commit is on the disk before anyone can see it; without batching by event turn no
    // promise of lmdb's own is left unhandled when a commit fails.
    root = open({
      path,
      noSubdir: true,
      maxDbs: 16,
      overlappingSync: false,
      eventTurnBatching: false,
      encoding: 'json',
    });
  } catch (error) {
    throw new Problem(
      'damaged',
      `cannot open ${path}: ${(error as Error).message}`,
      'Restore the folder from a copy, or start with a new one (--bus local:OTHER).',
      false,
      { cause: error },
    );
  }
  const store: Store = {
    dir,
    root,
    meta: root.openDB('meta', { encoding: 'json' }),
    topics: root.openDB('topics', { encoding: 'json' }),
    heads: root.openDB('heads', { encoding: 'json' }),
    batches: root.openDB('batches', { encoding: 'binary' }),
    offsets: root.openDB('offsets', { encoding: 'json' }),
    state: root.openDB('state', { encoding: 'string' }),
    members: root.openDB('members', { encoding: 'json' }),
    leases: root.openDB('leases', { encoding: 'json' }),
    marks: root.openDB('marks', { encoding: 'string' }),
  };
  const format = store.meta.get('format');
  if (format === undefined) store.meta.putSync('format', FORMAT);
  else if (format !== FORMAT)
    throw new Problem(
      'damaged',
      `${dir} was written in format ${String(format)}; this version reads format ${FORMAT}`,
      'Use the cryptopipe that wrote it, or start with a new folder (--bus local:OTHER).',
    );
  root.readerCheck();
  return store;
}

/** The stores open in this process by data file, with how many hold each. */
const openStores = new Map<string, { store: Store; holders: number }>();

/**
 * Opens or makes the tables of a folder. Throws Problem `damaged` or `usage` for one that is not ours. Within a
 * process they are opened once: a second environment could wait for the first one's writer, which waits for this thread.
 */
export function openStore(dir: string): Store {
  const path = resolve(prepareFolder(dir));
  claimNamespace(dir, Date.now());
  const shared = openStores.get(path) ?? { store: openTables(dir, path), holders: 0 };
  shared.holders += 1;
  openStores.set(path, shared);
  return shared.store;
}

/** Lets go of a store; the last holder closes it. */
export async function closeStore(store: Store): Promise<void> {
  for (const [path, shared] of openStores) {
    if (shared.store !== store) continue;
    shared.holders -= 1;
    if (shared.holders > 0) return;
    openStores.delete(path);
    await store.root.close();
    releaseNamespace(store.dir);
  }
}

/** Runs `step` in one transaction; it resolves when the result is on the disk. `step` must not throw after a write. */
export async function transact<T>(store: Store, step: () => T): Promise<T> {
  try {
    return await writing(() => store.root.transaction(step));
  } catch (error) {
    // lmdb gives the reason of a failed commit as a promise that rejects with it.
    const later = (error as { commitError?: Promise<never> }).commitError;
    const cause = later === undefined ? error : await later.catch((reason: unknown) => reason);
    const { code, message = '' } = cause as { code?: unknown; message?: string };
    if (code === ENOSPC || /no space left|MDB_MAP_FULL/i.test(message) || isFull(store.dir))
      throw diskFull(store.dir, cause);
    throw cause;
  }
}

/** As the operating system numbers it. */
const ENOSPC = 28;
