import { setImmediate as turn } from 'node:timers/promises';
import { type Action, LOG_FOLDER, versionName } from './delta.ts';
import type { NestedField } from './nested.ts';
import { openSource } from './parquet/source.ts';
import { nestedFile } from './parquet.ts';
import type { Store } from './store.ts';

// A checkpoint: the table at one version as Parquet, one action a row, so that older log entries need not be read.

export const LAST_CHECKPOINT = `${LOG_FOLDER}/_last_checkpoint`;

/** A whole checkpoint: all its parts are there. */
export interface Checkpoint {
  readonly version: number;
  readonly parts: readonly string[];
}

/** The newest whole checkpoint among the names of the log's folder, up to a version. */
export function newestCheckpoint(names: readonly string[], upTo: number): Checkpoint | undefined {
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
    .filter(({ count, parts }) => parts.length === count)
    .sort((a, b) => b.version - a.version)[0];
}

const WHOLE = ['protocol', 'metaData', 'txn', 'add', 'remove'] as const;
/** What a writer needs to add files. */
const BRIEF = ['protocol', 'metaData', 'txn'] as const;

/**
 * The actions of a checkpoint, a row group at a time; without those of files unless `files`. Throws Error for what cannot be
 * read.
 */
export async function* readCheckpoint(
  store: Store,
  { parts }: Checkpoint,
  files: boolean,
): AsyncIterable<readonly Action[]> {
  for (const name of parts) {
    const bytes = await store.get(`${LOG_FOLDER}/${name}`);
    if (bytes === undefined) throw new Error(`${name} is gone`);
    const { groups, objects } = await openSource(bytes);
    for (const group of groups.keys()) {
      const rows = await objects(group, files ? WHOLE : BRIEF);
      yield rows.flatMap((row) =>
        Object.entries(row).flatMap(([kind, action]) => (isThere(action) ? [{ [kind]: plain(action) }] : [])),
      );
      await turn();
    }
  }
}

/** An action that is absent is null, or a group whose fields all are. */
const isThere = (action: unknown): action is object =>
  typeof action === 'object' &&
  action !== null &&
  Object.values(action).some((field) => field !== null && field !== undefined);

/** 64-bit integers as numbers; the log has none above 2^53. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, plain(field)]));
}

const FIELDS: Readonly<Record<(typeof WHOLE)[number], Readonly<Record<string, NestedField>>>> = {
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

type ActionParts = AsyncIterable<readonly Action[]> | Iterable<readonly Action[]>;

/** Rows of a row group: more at once would take memory and hold up all else. */
const GROUP_ROWS = 10_000;

async function* grouped(parts: ActionParts): AsyncIterable<readonly Action[]> {
  let rows: Action[] = [];
  for await (const part of parts)
    for (const action of part) {
      rows.push(action);
      if (rows.length < GROUP_ROWS) continue;
      yield rows;
      rows = [];
    }
  if (rows.length > 0) yield rows;
}

/** Stores the checkpoint of a version, then the hint where it is. Writing it again does no harm. */
export async function writeCheckpoint(store: Store, version: number, parts: ActionParts): Promise<void> {
  const file = nestedFile(FIELDS);
  let size = 0;
  for await (const rows of grouped(parts)) {
    file.add(rows);
    size += rows.length;
    await turn();
  }
  await store.put(`${LOG_FOLDER}/${versionName(version)}.checkpoint.parquet`, file.finished());
  await store.put(LAST_CHECKPOINT, [Buffer.from(JSON.stringify({ version, size }))]);
}

/** The version that the hint names; undefined without a hint, or with one that cannot be read. */
export async function hintedVersion(store: Store): Promise<number | undefined> {
  const text = await store.get(LAST_CHECKPOINT);
  try {
    const { version } = JSON.parse(String(text)) as { readonly version?: unknown };
    return typeof version === 'number' ? version : undefined;
  } catch {
    return undefined;
  }
}
