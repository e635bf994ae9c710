import type { StoredTable, TableFile } from '../../sinks/sink.ts';

const SQL_TYPES: Readonly<Record<string, string>> = {
  string: 'VARCHAR',
  long: 'BIGINT',
  integer: 'INTEGER',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
  date: 'DATE',
  'array<string>': 'VARCHAR[]',
};

const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const sqlName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A table's file, and where DuckDB finds it. */
export interface LocalFile {
  readonly localPath: string;
  readonly file: TableFile;
}

/** All rows of these files, with columns `filename` and `file_row_number`. */
export const fileScan = (files: readonly LocalFile[]): string =>
  `read_parquet([${files.map(({ localPath }) => sqlText(localPath)).join(', ')}], filename = true, file_row_number = true, union_by_name = true, hive_partitioning = false)`;

/** Columns of the inner view of a table that its public view lacks. */
const INNER = ['filename', 'file_row_number'];
const inner = (name: string): string => sqlName(`${name} with files`);

/**
 * The statements that create a table's view over these files. Folder columns come from the Delta log, not from the paths.
 * `stored`: the columns that at least one file has; the others are null.
 */
export function viewStatements(
  { name, columns, partitionBy }: Pick<StoredTable, 'name' | 'columns' | 'partitionBy'>,
  files: readonly LocalFile[],
  stored: ReadonlySet<string>,
): readonly string[] {
  const column = ([column, type]: readonly [string, string]): string => {
    const sqlType = SQL_TYPES[type] ?? 'VARCHAR';
    const isFolder = partitionBy.includes(column) && files.length > 0;
    const value = isFolder
      ? `folders.${sqlName(column)}::${sqlType}`
      : stored.has(column)
        ? `file.${sqlName(column)}`
        : `NULL::${sqlType}`;
    return `${value} AS ${sqlName(column)}`;
  };
  const list = [...columns].map(column);
  const from =
    files.length === 0
      ? 'SELECT NULL::VARCHAR AS filename, 0 AS file_row_number) file WHERE false'
      : `SELECT * FROM ${fileScan(files)}) file JOIN ${folderValues(partitionBy, files)} ON file.filename = folders.filename`;
  return [
    `CREATE VIEW ${inner(name)} AS SELECT ${[...list, ...INNER.map((name) => `file.${name}`)].join(', ')} FROM (${from}`,
    `CREATE VIEW ${sqlName(name)} AS SELECT * EXCLUDE (${INNER.join(', ')}) FROM ${inner(name)}`,
  ];
}

function folderValues(partitionBy: readonly string[], files: readonly LocalFile[]): string {
  const rows = files.map(({ localPath, file: { values } }) => {
    const ofFolders = partitionBy.map((name) => (values[name] == null ? 'NULL' : sqlText(values[name])));
    return `(${[sqlText(localPath), ...ofFolders].join(', ')})`;
  });
  return `(VALUES ${rows.join(', ')}) folders(${['filename', ...partitionBy].map(sqlName).join(', ')})`;
}

/** The first offset of a file that a sink wrote; null for a file of another engine. */
const FIRST_OFFSET =
  "TRY_CAST(regexp_extract(filename, '-([0-9]+)-[0-9]+(-[0-9a-f-]{36})?\\.parquet$', 1) AS BIGINT)";

interface LatestView {
  readonly view: string;
  readonly table: string;
  readonly key: readonly string[];
  /** SQL, the newest row first. */
  readonly order: string;
}

const byRevision = (view: string, table: string, key: readonly string[]): LatestView => ({
  view,
  table,
  key,
  order: 'revision DESC, final DESC',
});

/** Views of tables in which a key may have several rows: the newest row of each key. */
export const LATEST: readonly LatestView[] = [
  byRevision('candles_latest', 'candles', ['coin', 'quote', 'source', 'window', 'window_start']),
  byRevision('signals_latest', 'signals', ['coin', 'window', 'window_start']),
  {
    view: 'posts_latest',
    table: 'tweets_processed',
    key: ['id', 'coin'],
    order: `${FIRST_OFFSET} DESC NULLS LAST, file_row_number DESC`,
  },
];

/** The statement that creates a view of the newest rows. */
export const latestStatement = ({ view, table, key, order }: LatestView): string =>
  `CREATE VIEW ${sqlName(view)} AS SELECT * EXCLUDE (${INNER.join(', ')}) FROM ${inner(table)} QUALIFY row_number() OVER (PARTITION BY ${key.map(sqlName).join(', ')} ORDER BY ${order}) = 1`;
