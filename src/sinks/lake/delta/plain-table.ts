import { UserError } from '../../../core/errors.ts';
import { isPlainName } from '../buffer/file-writer.ts';
import type { TableStore } from '../store/store.ts';
import { LOG_FOLDER } from './actions.ts';
import type { DeltaTable } from './table.ts';

/** Throws UserError `usage` when there is a log, which would not record changes to the files. */
export async function requireNoLog(store: TableStore): Promise<void> {
  if ((await store.list(LOG_FOLDER)).length > 0)
    throw new UserError(
      'usage',
      `${store.url} is a Delta table`,
      'Omit --table plain, or choose another destination for files without a log.',
    );
}

/** Throws UserError `usage` when there are files of a plain table: a new log would not name them. */
export async function requireNoPlainFiles(store: TableStore): Promise<void> {
  for await (const { name } of store.walk())
    if (isPlainName(name))
      throw new UserError(
        'usage',
        `${store.url} contains files without a log (--table plain), such as ${name}`,
        'Choose another destination for a Delta table, or keep using --table plain.',
      );
}

/**
 * A table of files in folders without a log: each file is visible as soon as it is stored. The positions are those of the
 * group. Throws as `requireNoLog` does.
 */
export async function openPlainTable(store: TableStore): Promise<DeltaTable> {
  await requireNoLog(store);
  return {
    version: () => -1,
    position: () => undefined,
    applications: () => [],
    appendOnlyReason: () => 'a sink deletes nothing from a lake without a log; run purge with --table plain',
    snapshot: () => undefined,
    conflicts: () => new Map(),
    required: () => new Set(),
    refresh: async () => {},
    commit: async () => {},
  };
}
