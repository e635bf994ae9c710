import type { Millis } from '../../../core/util/time.ts';
import { formatTime } from '../../../core/util/time.ts';
import type { Column, ColumnType } from '../../../market/catalog/columns.ts';
import type { ColumnStats } from '../parquet/columns/shred.ts';

// Entries of a Delta log (github.com/delta-io/delta/blob/master/PROTOCOL.md): one JSON action per line.

/** A data file that a commit adds. */
export interface AddedFile {
  /** Key below the table, not URL-encoded. */
  readonly path: string;
  readonly folder: Readonly<Record<string, string | null>>;
  readonly size: number;
  readonly modified: Millis;
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly stats: readonly ColumnStats[];
}

/** An application's position in a table: `txn`. */
export interface AppTransaction {
  readonly appId: string;
  readonly version: number;
  readonly lastUpdated?: Millis | null;
}

/** A table's description. */
export interface MetaData {
  readonly id: string;
  readonly name?: string | null;
  readonly description?: string | null;
  readonly format: { readonly provider: string; readonly options?: Readonly<Record<string, string>> | null };
  readonly schemaString: string;
  readonly partitionColumns: readonly string[];
  readonly configuration?: Readonly<Record<string, string>> | null;
  readonly createdTime?: Millis | null;
}

export interface Protocol {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  readonly readerFeatures?: readonly string[] | null;
  readonly writerFeatures?: readonly string[] | null;
}

/** A data file of the table; `path` is URL-encoded. */
export interface Add {
  readonly path: string;
  readonly partitionValues: Readonly<Record<string, string | null>>;
  /** Bytes. */
  readonly size: number;
  readonly modificationTime: Millis;
  readonly dataChange: boolean;
  readonly stats?: string | null;
  readonly tags?: Readonly<Record<string, string>> | null;
}

/** A data file of an older version; it stays in the store for readers of that version. */
export interface Remove {
  readonly path: string;
  readonly deletionTimestamp?: Millis | null;
  readonly dataChange: boolean;
  readonly extendedFileMetadata?: boolean | null;
  readonly partitionValues?: Readonly<Record<string, string | null>> | null;
  readonly size?: number | null;
  /** Ours keep the range of ids, so that a file left behind by a killed process can be found. */
  readonly stats?: string | null;
}

/** One line of a log entry; unknown actions are ignored. */
export interface Action {
  readonly commitInfo?: { readonly commitId?: string };
  readonly protocol?: Protocol;
  readonly metaData?: MetaData;
  readonly add?: Add;
  readonly remove?: Remove;
  readonly txn?: AppTransaction;
}

/** Longest text in statistics; longer ones are cut, which still bounds the values. */
const MAX_STATS_CHARS = 32;

function bound(value: string | number, type: ColumnType, upper: boolean): string | number {
  if (type === 'time') return formatTime(value as Millis);
  if (typeof value === 'number') return value;
  // UTF-8 and back: half a surrogate pair would make the entry invalid for other engines.
  const characters = [...Buffer.from(value).toString()];
  if (characters.length <= MAX_STATS_CHARS) return characters.join('');
  return characters.slice(0, MAX_STATS_CHARS).join('') + (upper ? '\u{10FFFF}' : '');
}

/** The `stats` of a file as JSON text. Times are in ISO 8601: as numbers they make filters of some readers lose rows. */
export function statsText({ columns, stats, rows }: AddedFile): string {
  const minValues: Record<string, string | number> = {};
  const maxValues: Record<string, string | number> = {};
  const nullCount: Record<string, number> = {};
  for (const [i, { name, type }] of columns.entries()) {
    const { min, max, nulls } = stats[i]!;
    if (type !== 'texts') nullCount[name] = nulls;
    if (min === undefined || max === undefined) continue;
    minValues[name] = bound(min, type, false);
    maxValues[name] = bound(max, type, true);
  }
  return JSON.stringify({ numRecords: rows, minValues, maxValues, nullCount });
}

export const addOf = (file: AddedFile): Add => ({
  path: encodeURI(file.path),
  partitionValues: file.folder,
  size: file.size,
  modificationTime: file.modified,
  dataChange: true,
  stats: statsText(file),
});

/** The store key of the path in an `add` or `remove`. */
export const keyOf = (path: string): string => decodeURIComponent(path);

/** The content of one log entry. */
export interface Change {
  /** Identifies the writer's own entry when the answer to its put was lost. */
  readonly commitId: string;
  readonly operation: 'WRITE' | 'DELETE' | 'UPDATE';
  readonly protocol?: Protocol | undefined;
  readonly metaData?: MetaData | undefined;
  readonly transactions: readonly AppTransaction[];
  readonly removes: readonly Remove[];
  readonly adds: readonly Add[];
}

/** The actions of a log entry, in their order. */
export function entryActions(change: Change, time: Millis): readonly Action[] {
  const { commitId, operation, protocol, metaData, transactions, removes, adds } = change;
  const commitInfo = {
    timestamp: time,
    operation,
    operationParameters: operation === 'WRITE' ? { mode: 'Append' } : {},
    isBlindAppend: removes.length === 0,
    engineInfo: 'cryptopipe',
    commitId,
  };
  return [
    { commitInfo },
    ...(protocol ? [{ protocol }] : []),
    ...(metaData ? [{ metaData }] : []),
    ...transactions.map((txn) => ({ txn: { ...txn, lastUpdated: time } })),
    ...removes.map((remove) => ({ remove })),
    ...adds.map((add) => ({ add })),
  ];
}

/** The text of a log entry, in chunks because the whole may exceed the maximum string length. */
export const entryChunks = (actions: readonly Action[]): readonly Uint8Array[] =>
  actions.map((action) => Buffer.from(`${JSON.stringify(action)}\n`));

/** The actions of a log entry. Throws SyntaxError. */
export const parseEntry = (text: string): Action[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Action);

export const LOG_FOLDER = '_delta_log';

/** The prefix of a version's file names in the log folder. */
export const versionName = (version: number): string => String(version).padStart(20, '0');

export const entryPath = (version: number): string => `${LOG_FOLDER}/${versionName(version)}.json`;

/** The version in a log entry's file name; undefined for other files of the log folder. */
export function entryVersion(name: string): number | undefined {
  const match = /^(\d{20})\.json$/.exec(name);
  return match ? Number(match[1]) : undefined;
}
