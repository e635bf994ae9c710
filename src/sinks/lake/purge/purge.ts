import { UserError } from '../../../core/errors.ts';
import type { PurgeContext, Selection } from '../../sink.ts';
import { hiveValues } from '../buffer/hive.ts';
import { LOG_FOLDER } from '../delta/actions.ts';
import { damagedTable } from '../delta/log-segment.ts';
import { requireNoLog } from '../delta/plain-table.ts';
import { appendOnlyReason } from '../delta/protocol.ts';
import { readSnapshot } from '../delta/snapshot.ts';
import type { Layout } from '../layout.ts';
import { purgeLeftovers } from '../store/leftovers.ts';
import type { TableStore } from '../store/store.ts';
import { type DeletedRows, deleteRows } from './delete-rows.ts';
import { mayBeCommitted, notYetInTable, purgeFolders } from './purge-folders.ts';
import { findRows } from './rewrite.ts';
import { type RowMatcher, rowMatcher } from './row-matcher.ts';

type Purged = Readonly<Record<'rows' | 'files', number>>;
type Context = Pick<PurgeContext, 'clock' | 'info' | 'warn' | 'dryRun'>;

/**
 * Deletes posts from a lake permanently: from the table and from all its other files in the store, such as those of older
 * versions. Throws UserError `usage` when there is no lake, and `damaged` for an append-only table or when some files
 * still contain posts (all others are done by then).
 */
export async function purgeLake(
  store: TableStore,
  table: Layout['table'],
  selection: Selection,
  context: Context,
): Promise<Purged> {
  const matcher = rowMatcher(selection);
  await purgeLeftovers(store, context);
  if (table === 'plain') {
    await requireNoLog(store);
    return result(await purgeFolders(store, matcher, context), context);
  }
  const snapshot = await readSnapshot(store);
  if (snapshot.version < 0)
    throw new UserError(
      'usage',
      `there is no Delta table at ${store.url}`,
      'Check the path or URL. If a sink has not made its first commit yet, purge again after it; for a lake without a Delta log, add --table plain.',
    );
  const reason = appendOnlyReason(snapshot);
  if (reason !== undefined) throw damagedTable(store, `cannot be purged: ${reason}`);
  /** Files that the log names; true: in the table's current version. */
  const logged = new Map<string, boolean>();
  const deleted = await deleteRows(snapshot, matcher, {
    ...context,
    onFile: (path, isActive) => logged.set(path, isActive),
  });
  return result(await deleteInactiveFiles(store, matcher, logged, deleted, context), context);
}

/** Deletes the files that contain posts and are not in the table's current version. */
async function deleteInactiveFiles(
  store: TableStore,
  matcher: RowMatcher,
  logged: ReadonlyMap<string, boolean>,
  deleted: DeletedRows,
  { clock, info, warn, dryRun }: Context,
): Promise<DeletedRows> {
  let { rows } = deleted;
  const paths = [...deleted.paths];
  const done = new Set([...paths, ...deleted.blocked.map(({ path }) => path)]);
  for await (const { name, modified } of store.walk()) {
    if (logged.get(name) || !name.endsWith('.parquet') || name.startsWith(`${LOG_FOLDER}/`)) continue;
    if (done.has(name)) continue;
    const bytes = await store.get(name);
    const match =
      bytes && (await findRows(store, name, bytes, hiveValues(name), matcher).catch(skipInvalid(warn)));
    if (!match) continue;
    if (!logged.has(name) && mayBeCommitted(modified, clock)) {
      warn(notYetInTable(store, name));
      continue;
    }
    rows += match.rows;
    paths.push(name);
    if (dryRun) continue;
    await store.remove(name);
    info(`deleted ${store.url}/${name}: it is no longer in the table, and it contained posts to delete`);
  }
  return { rows, paths, blocked: deleted.blocked };
}

/** Warns about a damaged file that no log names, and skips it. */
const skipInvalid =
  (warn: (message: string) => void) =>
  (error: unknown): undefined => {
    if (!(error instanceof UserError) || error.code !== 'damaged') throw error;
    warn(`${error.message}; it is not in the table`);
  };

/** The counts; throws when a file still contains posts. */
function result({ rows, paths, blocked }: DeletedRows, { dryRun }: Context): Purged {
  const files = paths.length;
  const [first] = blocked;
  if (first === undefined) return { rows, files };
  const { error } = first;
  const others = blocked.slice(1).map(({ path }) => path);
  const rest = others.length === 0 ? '' : `; the same goes for ${others.join(', ')}`;
  const done = `${rows} rows of ${files} other files ${dryRun ? 'would be' : 'were'} deleted`;
  throw new UserError(
    error.code,
    `some posts were not deleted: ${error.message}${rest} (${done})`,
    error.hint,
    error.retry,
    { cause: error },
  );
}
