import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { UserError } from '../../core/errors.ts';
import type { StoredTable } from '../../sinks/sink.ts';
import type { LocalFiles } from './local-files.ts';
import { fileScan, LATEST, latestStatement, viewStatements } from './views.ts';

type DuckDb = typeof import('@duckdb/node-api');
const PACKAGE = '@duckdb/node-api';
/** The version that our tests use. */
const VERSION = '1.5.4-r.1';

const isMissing = (error: unknown): boolean =>
  ['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes((error as NodeJS.ErrnoException).code ?? '');

/** DuckDB, from beside cryptopipe or from the current folder. Throws UserError when it is not installed. */
export function loadDuckDb(): DuckDb {
  for (const file of [import.meta.url, join(process.cwd(), 'package.json')]) {
    try {
      return createRequire(file)(PACKAGE) as DuckDb;
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  throw new UserError(
    'failed',
    'query needs DuckDB, which is not installed',
    `Install it in this folder: npm install ${PACKAGE}@${VERSION}. Without it, cryptopipe export writes tables as CSV or JSON.`,
  );
}

/** The tables that a statement may read: their name, or their view's name, occurs in it. */
export const mentioned = (sql: string, tables: readonly StoredTable[]): readonly StoredTable[] =>
  tables.filter(({ name }) =>
    [name, ...LATEST.filter(({ table }) => table === name).map(({ view }) => view)].some((word) =>
      sql.toLowerCase().includes(word),
    ),
  );

/**
 * A connection with a view for each table. No extension is loaded or fetched. Times are UTC.
 */
export async function connectTables(
  { DuckDBInstance }: DuckDb,
  tables: readonly StoredTable[],
  localFiles: LocalFiles,
): Promise<DuckDBConnection> {
  const database = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await database.connect();
  await connection.run("SET TimeZone = 'UTC'");
  for (const table of tables) {
    const files = await localFiles.of(table);
    const stored = new Set<string>();
    if (files.length > 0) {
      const shape = await connection.run(`SELECT * FROM ${fileScan(files)} LIMIT 0`);
      for (const name of shape.columnNames()) stored.add(name);
    }
    for (const statement of viewStatements(table, files, stored)) await connection.run(statement);
    for (const latest of LATEST)
      if (latest.table === table.name) await connection.run(latestStatement(latest));
  }
  return connection;
}
