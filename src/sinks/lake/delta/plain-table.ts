import { UserError } from '../../../core/errors.ts';
import { isPlainName } from '../buffer/file-writer.ts';
import type { Store } from '../store/store.ts';
import { LOG_FOLDER } from './actions.ts';
import type { Table } from './table.ts';

/** Throws Problem `usage` where there is a log: it would not know what is done to the files. */
export async function requireNoLog(store: Store): Promise<void> {
  if ((await store.list(LOG_FOLDER)).length > 0)
    throw new UserError(
      'usage',
      `${store.url} is a Delta table`,
      'Leave --table plain out, or name another place for files without a log.',
    );
}

/** Throws Problem `usage` where files without a log are: a log that begins now would not name them. */
export async function requireNoPlainFiles(store: Store): Promise<void> {
  for await (const { name } of store.walk())
    if (isPlainName(name))
      throw new UserError(
        'usage',
        `${store.url} holds files without a log (--table plain), ${name} among them`,
        'Name another place for a Delta table, or go on with --table plain.',
      );
}

/**
 * Files in folders and no log: whoever lists them sees each as soon as it is put. Positions are the group's. Throws
 * Problem as `requireNoLog`.
 */
export async function openPlainTable(store: Store): Promise<Table> {
  await requireNoLog(store);
  return {
    version: () => -1,
    position: () => undefined,
    applications: () => [],
    appendOnlyReason: () => 'a sink takes nothing out of a lake without a log; purge it with --table plain',
    snapshot: () => undefined,
    conflicts: () => new Map(),
    required: () => new Set(),
    refresh: async () => {},
    commit: async () => {},
  };
}
