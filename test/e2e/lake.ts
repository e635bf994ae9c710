import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

interface Add {
  readonly path: string;
  readonly partitionValues: Record<string, string | null>;
}

/** The files that a Delta log says are live, and its positions: a reader of our own for the log, DuckDB for the data. */
export function deltaTable(folder: string): {
  files: string[];
  positions: Map<string, number>;
  versions: number;
} {
  const log = join(folder, '_delta_log');
  const live = new Map<string, Add>();
  const positions = new Map<string, number>();
  const entries = readdirSync(log)
    .filter((name) => name.endsWith('.json'))
    .sort();
  for (const [version, name] of entries.entries()) {
    if (Number(name.slice(0, 20)) !== version) throw new Error(`version ${version} is missing in ${log}`);
    for (const line of readFileSync(join(log, name), 'utf8').trim().split('\n')) {
      const { add, remove, txn } = JSON.parse(line) as {
        add?: Add;
        remove?: Add;
        txn?: { appId: string; version: number };
      };
      if (add) live.set(add.path, add);
      if (remove) live.delete(remove.path);
      if (txn) positions.set(txn.appId, txn.version);
    }
  }
  const files = [...live.keys()].map((path) => join(folder, decodeURIComponent(path)));
  return { files, positions, versions: entries.length };
}

/** Runs SQL over a table's live files, named `t`, its folder columns included; values as DuckDB gives them in JSON. */
export async function query(folder: string, sql: string): Promise<Record<string, unknown>[]> {
  const { files } = deltaTable(folder);
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    const names = files.map((file) => `'${file.replaceAll("'", "''")}'`).join();
    await connection.run(
      `CREATE VIEW t AS SELECT * FROM read_parquet([${names}], hive_partitioning = true, hive_types_autocast = false, union_by_name = true)`,
    );
    return (await connection.runAndReadAll(sql)).getRowObjectsJson() as Record<string, unknown>[];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
