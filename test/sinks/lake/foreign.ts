import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { entryPath, LOG_FOLDER } from '../../../src/sinks/lake/delta/actions.ts';
import type { TableStore } from '../../../src/sinks/lake/store/store.ts';
import { query } from './reading.ts';

/** A Delta table in a folder as another engine leaves it: one file, with the rows of a query, and no statistics. */
export async function foreignTable(
  store: TableStore,
  sql: string,
  fields: Readonly<Record<string, unknown>>,
  codec: string,
  required: readonly string[] = [],
): Promise<void> {
  await mkdir(join(store.url, LOG_FOLDER), { recursive: true });
  const path = 'part-0.parquet';
  await query(`copy (${sql}) to '${join(store.url, path)}' (format parquet, codec ${codec})`);
  const schema = Object.entries(fields).map(([name, type]) => ({
    ...{ name, type, metadata: {} },
    nullable: !required.includes(name),
  }));
  const actions = [
    { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
    {
      metaData: {
        id: 'a-table',
        format: { provider: 'parquet', options: {} },
        schemaString: JSON.stringify({ type: 'struct', fields: schema }),
        partitionColumns: [],
        configuration: {},
        createdTime: 0,
      },
    },
    {
      add: {
        ...{ path, partitionValues: {}, dataChange: true, modificationTime: 0 },
        size: await store.size(path),
      },
    },
  ];
  await store.put(entryPath(0), [Buffer.from(actions.map((one) => JSON.stringify(one)).join('\n'))]);
}
