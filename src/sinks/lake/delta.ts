import type { Millis } from '../../core/time.ts';
import { formatTime } from '../../core/time.ts';
import type { Column, ColumnType, Dataset } from '../../market/datasets.ts';
import type { ColumnStats } from './shred.ts';

// Entries of a Delta log (github.com/delta-io/delta/blob/master/PROTOCOL.md): lines of JSON, one action a line.

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
export interface Transaction {
  readonly appId: string;
  readonly version: number;
}

export interface TableSchema {
  readonly schemaString: string;
  readonly partitionColumns: readonly string[];
}

/** The actions that we read; others pass. */
export interface Action {
  readonly protocol?: { readonly minReaderVersion: number; readonly minWriterVersion: number };
  readonly metaData?: TableSchema;
  readonly add?: { readonly path: string };
  readonly remove?: { readonly path: string };
  readonly txn?: Transaction;
}

/** Versions of the protocol that we write and understand. */
export const PROTOCOL = { minReaderVersion: 1, minWriterVersion: 2 } as const;

const TYPES: Readonly<Record<ColumnType, unknown>> = {
  text: 'string',
  json: 'string',
  number: 'double',
  integer: 'long',
  time: 'timestamp',
  boolean: 'boolean',
  texts: { type: 'array', elementType: 'string', containsNull: true },
};

/** Every column may be null; the folder column `date` comes last. */
export function tableSchema({ columns, partitionBy }: Dataset): TableSchema {
  const field = (name: string, type: unknown) => ({ name, type, nullable: true, metadata: {} });
  const fields = columns.map(({ name, type }) => field(name, TYPES[type]));
  if (partitionBy.includes('date')) fields.push(field('date', 'date'));
  return { schemaString: JSON.stringify({ type: 'struct', fields }), partitionColumns: partitionBy };
}

/** Longest text kept in statistics, in characters; readers bound a longer one by its beginning. */
const LONGEST = 32;

function bound(value: string | number, type: ColumnType, upper: boolean): string | number {
  if (type === 'time') return formatTime(value as Millis);
  if (typeof value === 'number') return value;
  // UTF-8 and back: half a surrogate pair would make the entry unreadable to others.
  const characters = [...Buffer.from(value).toString()];
  if (characters.length <= LONGEST) return characters.join('');
  return characters.slice(0, LONGEST).join('') + (upper ? '\u{10FFFF}' : '');
}

/** The `stats` of a file: a JSON text; times in ISO 8601, since as numbers they make filters lose rows. */
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

const addAction = (file: AddedFile) => ({
  add: {
    path: encodeURI(file.path),
    partitionValues: file.folder,
    size: file.size,
    modificationTime: file.modified,
    dataChange: true,
    stats: statsText(file),
  },
});

/** The path of an `add` or `remove` as the key it stands for. */
export const keyOf = (path: string): string => decodeURIComponent(path);

/** The first actions of a new table. */
export const creation = (schema: TableSchema, id: string, time: Millis): readonly object[] => [
  { protocol: PROTOCOL },
  {
    metaData: {
      id,
      format: { provider: 'parquet', options: {} },
      ...schema,
      configuration: {},
      createdTime: time,
    },
  },
];

/** The text of a log entry. */
export function entryText(
  created: readonly object[],
  files: readonly AddedFile[],
  transactions: readonly Transaction[],
  time: Millis,
): string {
  const info = { timestamp: time, operation: 'WRITE', operationParameters: { mode: 'Append' } };
  const actions = [
    { commitInfo: { ...info, isBlindAppend: true, engineInfo: 'cryptopipe' } },
    ...created,
    ...transactions.map((txn) => ({ txn: { ...txn, lastUpdated: time } })),
    ...files.map(addAction),
  ];
  return `${actions.map((action) => JSON.stringify(action)).join('\n')}\n`;
}

/** The actions of a log entry. Throws SyntaxError. */
export const parseEntry = (text: string): Action[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Action);

export const LOG_FOLDER = '_delta_log';

export const entryPath = (version: number): string =>
  `${LOG_FOLDER}/${String(version).padStart(20, '0')}.json`;

/** The version of a log entry by its file name; undefined for other files of the log's folder. */
export function entryVersion(name: string): number | undefined {
  const match = /^(\d{20})\.json$/.exec(name);
  return match ? Number(match[1]) : undefined;
}
