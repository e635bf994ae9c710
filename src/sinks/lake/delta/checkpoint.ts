import { setImmediate as yieldTurn } from 'node:timers/promises';
import { nestedFile } from '../parquet/columns/encode.ts';
import type { NestedFields } from '../parquet/columns/nested.ts';
import { unnest } from '../parquet/columns/unnest.ts';
import { openParquet } from '../parquet/source.ts';
import type { TableStore } from '../store/store.ts';
import { type Action, LOG_FOLDER, versionName } from './actions.ts';

// A checkpoint is the table at one version as Parquet, one action per row; readers skip the log entries before it.

const LAST_CHECKPOINT = `${LOG_FOLDER}/_last_checkpoint`;

/** A complete checkpoint, with all its parts. */
export interface Checkpoint {
  readonly version: number;
  readonly parts: readonly string[];
}

/**
 * The newest complete checkpoint, up to a version, among the file names of the log folder. Ignores checkpoints whose first
 * part is in `skipped`.
 */
export function newestCheckpoint(
  names: readonly string[],
  upTo: number,
  skipped: Pick<ReadonlySet<string>, 'has'> = new Set<string>(),
): Checkpoint | undefined {
  const found = new Map<string, { version: number; count: number; parts: string[] }>();
  for (const name of names) {
    const match = /^(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10}))?\.parquet$/.exec(name);
    if (!match || Number(match[1]) > upTo) continue;
    const [, version, , count = '1'] = match;
    const key = `${version}/${count}`;
    const one = found.get(key) ?? { version: Number(version), count: Number(count), parts: [] };
    one.parts.push(name);
    found.set(key, one);
  }
  return [...found.values()]
    .filter(({ count, parts }) => parts.length === count && !skipped.has(parts[0]!))
    .sort((a, b) => b.version - a.version)[0];
}

/** All that a writer needs. */
const WITHOUT_FILES: NestedFields = {
  protocol: {
    minReaderVersion: 'INT32',
    minWriterVersion: 'INT32',
    readerFeatures: 'list',
    writerFeatures: 'list',
  },
  metaData: {
    id: 'UTF8',
    name: 'UTF8',
    description: 'UTF8',
    format: { provider: 'UTF8', options: 'map' },
    schemaString: 'UTF8',
    partitionColumns: 'list',
    configuration: 'map',
    createdTime: 'INT64',
  },
  txn: { appId: 'UTF8', version: 'INT64', lastUpdated: 'INT64' },
};

const WITH_FILES: NestedFields = {
  ...WITHOUT_FILES,
  add: {
    path: 'UTF8',
    partitionValues: 'map',
    size: 'INT64',
    modificationTime: 'INT64',
    dataChange: 'BOOLEAN',
    stats: 'UTF8',
    tags: 'map',
  },
  remove: {
    path: 'UTF8',
    deletionTimestamp: 'INT64',
    dataChange: 'BOOLEAN',
    extendedFileMetadata: 'BOOLEAN',
    partitionValues: 'map',
    size: 'INT64',
    stats: 'UTF8',
  },
};

/** Actions per batch: a larger batch takes more memory and blocks the event loop longer. */
const BATCH = 10_000;

/**
 * The actions of a checkpoint in batches; without actions on files unless `files`. Throws Error when it cannot be read.
 */
export async function* readCheckpoint(
  store: TableStore,
  { parts }: Checkpoint,
  files: boolean,
): AsyncIterable<readonly Action[]> {
  for (const name of parts) {
    const bytes = await store.get(`${LOG_FOLDER}/${name}`);
    if (bytes === undefined) throw new Error(`${name} was deleted`);
    const source = await openParquet(bytes);
    for (const group of source.groups.keys())
      yield* grouped([unnest(files ? WITH_FILES : WITHOUT_FILES, source, group)]);
  }
}

type ActionParts = AsyncIterable<Iterable<Action>> | Iterable<Iterable<Action>>;

/** Yields to the event loop between batches. */
async function* grouped(parts: ActionParts): AsyncIterable<readonly Action[]> {
  let actions: Action[] = [];
  for await (const part of parts)
    for (const action of part) {
      actions.push(action);
      if (actions.length < BATCH) continue;
      yield actions;
      actions = [];
      await yieldTurn();
    }
  if (actions.length > 0) yield actions;
}

/** Path of a checkpoint that we write. */
export const checkpointPath = (version: number): string =>
  `${LOG_FOLDER}/${versionName(version)}.checkpoint.parquet`;

/**
 * Stores the checkpoint of a version unless it exists, then `_last_checkpoint`. Calls `isWanted` after reading everything.
 * False when nothing was stored.
 */
export async function writeCheckpoint(
  store: TableStore,
  version: number,
  parts: ActionParts,
  isWanted: () => Promise<boolean> = async () => true,
): Promise<boolean> {
  const file = nestedFile(WITH_FILES);
  let size = 0;
  for await (const rows of grouped(parts)) {
    file.add(rows);
    size += rows.length;
  }
  if (!(await isWanted())) return false;
  if (!(await store.putIfAbsent(checkpointPath(version), file.finish()))) return false;
  await store.put(LAST_CHECKPOINT, [Buffer.from(JSON.stringify({ version, size }))]);
  return true;
}

/** Removes a checkpoint that was stored in another table's log. */
export async function withdrawCheckpoint(store: TableStore, version: number): Promise<void> {
  await store.remove(LAST_CHECKPOINT);
  await store.remove(checkpointPath(version));
}

/** The version in `_last_checkpoint`; undefined when that file is missing or cannot be read. */
export async function hintedVersion(store: TableStore): Promise<number | undefined> {
  const text = await store.get(LAST_CHECKPOINT);
  try {
    const { version } = JSON.parse(String(text)) as { readonly version?: unknown };
    return Number.isSafeInteger(version) && Number(version) >= 0 ? Number(version) : undefined;
  } catch {
    return undefined;
  }
}
