import { join } from 'node:path';
import { DATASETS } from '../../../market/catalog/datasets.ts';
import { LAKE_HOUSE } from '../../../market/catalog/lake-house.ts';
import type { StoredTable, TableFile } from '../../sink.ts';
import { keyOf } from '../delta/actions.ts';
import { filesAt } from '../delta/files-at.ts';
import { damagedTable } from '../delta/log-segment.ts';
import { tableTypes } from '../delta/schema.ts';
import { readSnapshot } from '../delta/snapshot.ts';
import { readRows } from '../parquet/read-rows.ts';
import type { TableStore } from '../store/store.ts';

/** The names of all tables that a lake may have. */
const NAMES: readonly string[] = [
  ...new Set([...Object.values(DATASETS), ...Object.values(LAKE_HOUSE)].map(({ name }) => name)),
];

async function filesOf(store: TableStore, version: number): Promise<readonly TableFile[]> {
  const files: TableFile[] = [];
  for await (const actions of filesAt(store, version))
    for (const { add } of actions)
      if (add) files.push({ path: keyOf(add.path), size: add.size, values: add.partitionValues });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A folder's value as its column has it. */
function folderValue(text: string | null | undefined, type: string | undefined): unknown {
  if (text == null) return null;
  if (type === 'boolean') return text === 'true';
  return type === 'long' || type === 'integer' || type === 'double' ? Number(text) : text;
}

async function* rowsOf(
  store: TableStore,
  files: readonly TableFile[],
  columns: StoredTable['columns'],
  partitionBy: readonly string[],
): AsyncIterable<readonly (readonly unknown[])[]> {
  const names = [...columns.keys()];
  const folders = partitionBy.map((name) => ({ name, at: names.indexOf(name), type: columns.get(name) }));
  for (const { path, values } of files) {
    const bytes = await store.get(path);
    if (bytes === undefined)
      throw damagedTable(store, `lacks its file ${path}; another engine may have removed it meanwhile`);
    for await (const rows of readRows(bytes, names)) {
      for (const row of rows as unknown[][])
        for (const { name, at, type } of folders) row[at] = folderValue(values[name], type);
      yield rows;
    }
  }
}

/**
 * The Delta tables of a lake that exist. `folder`: where the lake is on this machine; undefined for a bucket. Throws
 * UserError `damaged` for a table that cannot be read.
 */
export async function storedTables(
  storeOf: (table: string) => TableStore,
  folder: string | undefined,
): Promise<readonly StoredTable[]> {
  const tables = await Promise.all(
    NAMES.map(async (name): Promise<StoredTable | undefined> => {
      const store = storeOf(name);
      const { version, metaData } = await readSnapshot(store);
      if (version < 0 || metaData === undefined) return undefined;
      const columns = tableTypes(metaData);
      const { partitionColumns: partitionBy } = metaData;
      return {
        name,
        columns,
        partitionBy,
        files: () => filesOf(store, version),
        async *rows() {
          yield* rowsOf(store, await filesOf(store, version), columns, partitionBy);
        },
        localPath: (path) => (folder === undefined ? undefined : join(folder, name, path)),
        get: store.get,
      };
    }),
  );
  return tables.filter((table) => table !== undefined);
}
