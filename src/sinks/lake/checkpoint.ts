import { parquetReadObjects } from 'hyparquet';
import { type Action, LOG_FOLDER, versionName } from './delta.ts';
import type { NestedField } from './nested.ts';
import { encodeNested } from './parquet.ts';
import type { Store } from './store.ts';

// A checkpoint: the table at one version as Parquet, one action a row, so that older log entries need not be read.

const LAST_CHECKPOINT = `${LOG_FOLDER}/_last_checkpoint`;

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

/** The actions of a checkpoint; without those of files unless `files`. Throws Error for what cannot be read. */
export async function readCheckpoint(
  store: Store,
  { parts }: Checkpoint,
  files: boolean,
): Promise<readonly Action[]> {
  const actions: Action[] = [];
  for (const name of parts) {
    const bytes = await store.get(`${LOG_FOLDER}/${name}`);
    if (bytes === undefined) throw new Error(`${name} is gone`);
    const file = new Uint8Array(bytes).buffer;
    const columns = [...(files ? WHOLE : BRIEF)];
    for (const row of await parquetReadObjects({ file, columns }))
      for (const [kind, action] of Object.entries(row))
        if (isThere(action)) actions.push({ [kind]: plain(action) });
  }
  return actions;
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
  },
};

/** Stores the checkpoint of a version, then the hint where it is. Writing it again does no harm. */
export async function writeCheckpoint(
  store: Store,
  version: number,
  actions: readonly Action[],
): Promise<void> {
  const chunks = encodeNested(FIELDS, actions as readonly Record<string, unknown>[]);
  await store.put(`${LOG_FOLDER}/${versionName(version)}.checkpoint.parquet`, chunks);
  await store.put(LAST_CHECKPOINT, [Buffer.from(JSON.stringify({ version, size: actions.length }))]);
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
