import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { LOG_FOLDER, parseEntry } from '../../../src/sinks/lake/delta/actions.ts';
import type { TableStore } from '../../../src/sinks/lake/store/store.ts';

let connection: Promise<DuckDBConnection> | undefined;

type Row = Record<string, DuckDBValue>;

/** Rows of an independent reader; 64-bit integers as bigint. */
export async function query(sql: string): Promise<Row[]> {
  connection ??= DuckDBInstance.create().then((duck) => duck.connect());
  const result = await (await connection).runAndReadAll(sql);
  return result.getRowObjects();
}

/** All entries of the log, oldest first, read without the code under test; throws when a version is missing. */
export async function entries(store: TableStore) {
  const names = (await store.list(LOG_FOLDER))
    .map(({ name }) => name)
    .filter((name) => name.endsWith('.json'));
  return Promise.all(
    names.map(async (name, version) => {
      if (Number(name.slice(0, 20)) !== version) throw new Error(`no version ${version}`);
      return parseEntry(String(await store.get(`${LOG_FOLDER}/${name}`)));
    }),
  );
}

/** The data files that the log names, decoded. */
export async function files(store: TableStore): Promise<string[]> {
  const live = new Set<string>();
  for (const { add, remove } of (await entries(store)).flat()) {
    if (add) live.add(decodeURIComponent(add.path));
    if (remove) live.delete(decodeURIComponent(remove.path));
  }
  return [...live];
}

/** The rows of a table, by the files that its log names and no others. */
export async function rows(store: TableStore, select = '*', order = 'time'): Promise<Row[]> {
  const names = (await files(store)).map((path) => `'${join(store.url, path).replaceAll("'", "''")}'`);
  if (names.length === 0) return [];
  return query(
    `select ${select} from read_parquet([${names}], hive_partitioning = true, hive_types_autocast = false) order by ${order}`,
  );
}
