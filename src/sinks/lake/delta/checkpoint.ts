import { setImmediate as turn } from 'node:timers/promises';
import { nestedFile } from '../parquet/columns/encode.ts';
import type { NestedFields } from '../parquet/columns/nested.ts';
import { unnest } from '../parquet/columns/unnest.ts';
import { openParquet } from '../parquet/source.ts';
import type { Store } from '../store/store.ts';
import { type Action, LOG_FOLDER, versionName } from './actions.ts';

// A checkpoint: the table at one version as Parquet, one action a row, so that older log entries need not be read.

const LAST_CHECKPOINT = `${LOG_FOLDER}/_last_checkpoint`;

/** A whole checkpoint: all its parts are there. */
export interface Checkpoint {
  readonly version: number;
  readonly parts: readonly string[];
}

/**
 * The newest whole checkpoint among the names of the log's folder, up to a version; none whose first part is among those
 * that are passed over.
 */
export function newestCheckpoint(
  names: readonly string[],
  upTo: number,
  passed: Pick<ReadonlySet<string>, 'has'> = new Set<string>(),
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
    .filter(({ count, parts }) => parts.length === count && !passed.has(parts[0]!))
    .sort((a, b) => b.version - a.version)[0];
}

/** What a writer needs to add files. */
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

/** Actions that are read or written at once: more would take memory and hold up all else. */
const AT_ONCE = 10_000;

/**
 * The actions of a checkpoint, some thousand at a time; without those of files unless `files`. Throws Error for what cannot
 * be read.
 */
export async function* readCheckpoint(
  store: Store,
  { parts }: Checkpoint,
  files: boolean,
): AsyncIterable<readonly Action[]> {
  for (const name of parts) {
    const bytes = await store.get(`${LOG_FOLDER}/${name}`);
    if (bytes === undefined) throw new Error(`${name} is gone`);
    const source = await openParquet(bytes);
    for (const group of source.groups.keys())
      yield* grouped([unnest(files ? WITH_FILES : WITHOUT_FILES, source, group)]);
  }
}

type ActionParts = AsyncIterable<Iterable<Action>> | Iterable<Iterable<Action>>;

/** Other work gets its turn in between. */
async function* grouped(parts: ActionParts): AsyncIterable<readonly Action[]> {
  let actions: Action[] = [];
  for await (const part of parts)
    for (const action of part) {
      actions.push(action);
      if (actions.length < AT_ONCE) continue;
      yield actions;
      actions = [];
      await turn();
    }
  if (actions.length > 0) yield actions;
}

/** Where a checkpoint of ours is. */
export const checkpointPath = (version: number): string =>
  `${LOG_FOLDER}/${versionName(version)}.checkpoint.parquet`;

/**
 * Stores the checkpoint of a version, unless there is one, then the hint where it is. `isWanted` is asked when all is read.
 * False: nothing was stored.
 */
export async function writeCheckpoint(
  store: Store,
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

/** Takes a checkpoint back that was stored in another table's log. */
export async function withdrawCheckpoint(store: Store, version: number): Promise<void> {
  await store.remove(LAST_CHECKPOINT);
  await store.remove(checkpointPath(version));
}

/** The version that the hint names; undefined without a hint, or with one that cannot be read. */
export async function hintedVersion(store: Store): Promise<number | undefined> {
  const text = await store.get(LAST_CHECKPOINT);
  try {
    const { version } = JSON.parse(String(text)) as { readonly version?: unknown };
    return Number.isSafeInteger(version) && Number(version) >= 0 ? Number(version) : undefined;
  } catch {
    return undefined;
  }
}
